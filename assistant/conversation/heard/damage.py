"""Whether a turn was about damage that a person must look at: then a photo that came before goes to the desk."""

from collections.abc import Iterable

from assistant.conversation.tasks.confirming import CONFIRMED
from assistant.conversation.turn import Served
from assistant.tools.proposals import ConfirmationResult

_REPORT = "report_damaged_item"
_TOO_LATE = ("refusals/damage_too_late", "tasks/claim")


def reported_damage(served: Iterable[Served]) -> bool:
    """Whether a damage report was made by the customer's yes, or came too late for anything but a person."""
    served = tuple(served)
    if any(one.reply is not None and one.reply[0] in _TOO_LATE for one in served):
        return True
    results = [o.result for one in served for o in one.outcomes if o.name == CONFIRMED]
    return any(
        isinstance(result, ConfirmationResult)
        and result.executed
        and not result.replayed
        and result.proposal is not None
        and result.proposal.kind == _REPORT
        for result in results
    )
