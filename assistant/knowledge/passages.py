"""What the knowledge room hands out: passages, and passages that were found."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.ids import PassageId
from assistant.text.language import Language


class Passage(BaseModel):
    """A piece of a page that can be cited.

    Attributes:
        page: the page's name, the same in all languages, such as `policies/returns`.
        title: of the page.
        heading: path of headings below the title, joined by ` > `; empty above the first heading.
        text: the passage. Two empty lines part a page's opening from the section that it shares the passage with.
        section_text: the whole section that it stands in.
        keywords: other words that customers use for the page's subject.
        asked: questions that its section answers, as customers word them; nobody is shown these.
        url: where a customer can read the page; empty when there is no such place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage_id: PassageId
    page: str
    title: str
    heading: str
    text: str
    language: Language
    section_text: str
    url: str = ""
    keywords: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def title_path(self) -> str:
        """Title and headings in one line."""
        return f"{self.title} > {self.heading}" if self.heading else self.title


class Hit(BaseModel):
    """A passage that was found.

    Attributes:
        score: higher is better; comparable with `KnowledgeSearch.good_enough`, also across questions.
        confident: whether the score says that the passage answers the question.
        why: the signals behind the score, for `--explain`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: Passage
    score: float
    confident: bool
    why: dict[str, Any]


class PageHit(BaseModel):
    """A page that was found for a long request.

    Attributes:
        score: higher is better; comparable within one answer only.
        passage: the passage of the page that is nearest to any part of the request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: str
    title: str
    language: Language
    score: float
    passage: Passage
