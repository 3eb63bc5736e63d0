"""Models that play customers: of simulated cases, and of tau-bench's tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.card_player import CardPlayer, CustomerCard
    from assistant.evaluation.suites.cases.forms import Case, SimulatedCase
    from assistant.evaluation.suites.running.simulator import ModelSimulator
    from assistant.models.ladder import ModelLadder
    from assistant.text.prompts import PromptLibrary

SCRIPTED = "scripted"


@dataclass(frozen=True)
class Player:
    """A model that plays customers.

    Attributes:
        fingerprint: of the model and the prompt, which what it says depends on.
    """

    ladder: "ModelLadder"
    prompts: "PromptLibrary"
    fingerprint: str

    def play(self, card: "CustomerCard") -> "CardPlayer":
        """A customer with this card."""
        from assistant.evaluation.card_player import CardPlayer

        return CardPlayer(self.ladder, self.prompts, card)

    def __call__(self, case: "SimulatedCase") -> "ModelSimulator":
        """The customer of a simulated case."""
        from assistant.evaluation.suites.running.simulator import ModelSimulator, card_of

        return ModelSimulator(self.play(card_of(case)))


def player_of(parts: "Parts", written: str, cases: "Sequence[Case]") -> Player | None:
    """Who plays the simulated customers among cases; None for the script, or where there are none.

    Raises:
        CaseError: there is no such model.
    """
    from assistant.evaluation.suites.cases.forms import SimulatedCase

    if written == SCRIPTED or not any(isinstance(case, SimulatedCase) for case in cases):
        return None
    return player(parts, written)


def player(parts: "Parts", written: str) -> Player:
    """The model of these words as a customer.

    Raises:
        CaseError: there is no such model.
        OperatorError: it can't be reached.
    """
    from assistant.cli.evals.models import chosen
    from assistant.errors import OperatorError
    from assistant.evaluation.card_player import PROMPT
    from assistant.evaluation.suites.running.fingerprint import digest
    from assistant.text.prompts import hash_of

    picked = chosen(parts, written)
    ladder = picked.ladder() or parts.with_settings(**picked.changes).ladder
    if not ladder.rungs:
        raise OperatorError(f"the model {written!r} can't play a customer", fix="scripted, local or hosted")
    prompt = hash_of({PROMPT: parts.prompts.folder / f"{PROMPT}.md"})
    return Player(ladder, parts.prompts, digest([picked.model.fingerprint, prompt]))
