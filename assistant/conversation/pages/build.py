"""Puts together what words answers from pages."""

from typing import TYPE_CHECKING

from assistant.conversation.grounding.check import Check
from assistant.conversation.grounding.entailment import Entailment
from assistant.conversation.pages.choice import FaqChoice
from assistant.conversation.pages.extract import Sentences
from assistant.conversation.pages.faq import FaqComposer
from assistant.conversation.pages.wording import FaqWording
from assistant.models.ladder import ModelLadder
from assistant.routing.intents.catalogue import Catalogue
from assistant.settings import Settings
from assistant.text.prompts import PromptLibrary

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


def build_faq(
    settings: Settings,
    ladder: ModelLadder,
    prompts: PromptLibrary,
    embeddings: "Embeddings",
    check: Check,
    catalogue: Catalogue,
) -> FaqComposer:
    """A composer of answers, for the assistant and the copilot alike."""
    sentences, entailment = Sentences(embeddings), Entailment(embeddings, ladder, prompts)
    return FaqComposer(
        ladder,
        FaqWording(ladder, prompts, sentences, check, entailment, settings.reply_drafts),
        FaqChoice(ladder, prompts, sentences),
        sentences,
        catalogue,
        local_words=settings.local_words,
        support_email=settings.support_email,
    )
