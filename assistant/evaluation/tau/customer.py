"""A scripted customer with one errand: answers what is asked, and says yes to a proposal that is what they want."""

import re

from assistant.conversation.reply import ProposalCard, Reply
from assistant.evaluation.tau.errands import Errand

_MOST = 9
_OPENED = re.compile(r"\bopened\b", re.IGNORECASE)
_WHY = re.compile(r"^why\b|\breason\b", re.IGNORECASE | re.MULTILINE)
_WHICH_ITEMS = re.compile(r"which of these", re.IGNORECASE)
_VERSION = re.compile(r"which version|instead of|what should be different", re.IGNORECASE)
_ADDRESS = re.compile(r"\baddress\b|postcode|street", re.IGNORECASE)
_ASKS = re.compile(r"\bplease (?:provide|confirm|tell|share|give|let)\b|\bneed (?:to know|your)\b", re.IGNORECASE)
_WHO = re.compile(r"\be-?mail\b|\bzip\b|\bidentity\b|\bverify\b|\bfull name\b|\buser id\b", re.IGNORECASE)
_YES = re.compile(
    r"\bconfirm\b|\bproceed\b|\bgo ahead\b|\bcorrect\?|\bshall i\b|\bshould i\b|\bwould you like (?:me )?to\b"
    r"|\bdo you want (?:me )?to\b|\byes\b",
    re.IGNORECASE,
)
_PAYMENT = re.compile(r"\bpay|refund|payment|method|\bcard\b", re.IGNORECASE)


class ScriptedCustomer:
    """Plays one errand.

    Args:
        errand: what is wanted.
    """

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._said = 0
        self._settled = False
        self._corrected = False

    def answer(self, reply: Reply | None) -> str:
        """The next message; empty when the errand is done, or given up.

        Args:
            reply: what the assistant said last; None before the first message.
        """
        self._said += 1
        errand = self._errand
        if reply is None:
            return errand.opening
        if self._settled or reply.handoff or self._said > _MOST:
            return ""
        if reply.proposal is not None:
            return self._decide(reply.proposal)
        asked = "\n".join(line for line in reply.text.splitlines() if "?" in line)
        if not asked:
            return ""
        return known(errand, asked)

    def _decide(self, card: ProposalCard) -> str:
        """Yes to what is wanted; another way to pay is asked for once."""
        errand = self._errand
        pays = errand.payment.removeprefix("my ")
        others = [move for move in card.moves if pays and not move.method.lower().startswith(pays.lower())]
        if card.kind == errand.tool and others and not self._corrected:
            self._corrected = True
            return f"Please use {errand.payment} instead."
        self._settled = True
        return "Yes, please do that." if card.kind == errand.tool else "No, leave that as it is."


class TalkedCustomer:
    """The same customer for an agent that only talks: shows no cards, and asks for a yes in its own words.

    It is patient: where nothing is asked and nothing was done, it says once that the agent should go on.

    Args:
        errand: what is wanted.
        told: what it tells of itself when asked who it is.
    """

    def __init__(self, errand: Errand, told: str) -> None:
        self._errand = errand
        self._told = told
        self._said = 0
        self._urged = False

    def answer(self, text: str | None) -> str:
        """The next message; empty when it gives up.

        Args:
            text: what the agent said last; None before the first message.
        """
        self._said += 1
        if text is None:
            return self._errand.opening
        if self._said > _MOST:
            return ""
        asked = "\n".join(line for line in text.splitlines() if "?" in line or _ASKS.search(line))
        if not asked:
            urged, self._urged = self._urged, True
            return "" if urged else "Please go ahead."
        if _WHO.search(asked) and not _YES.search(asked):
            return self._told
        if _YES.search(asked):
            return "Yes, please do that."
        return known(self._errand, asked)


def known(errand: Errand, asked: str) -> str:
    """What a customer with this errand answers to a question; the errand again where they don't know."""
    if _OPENED.search(asked):
        return "No, it is unopened."
    if _WHICH_ITEMS.search(asked) and errand.items:
        return errand.items
    if _WHY.search(asked) and errand.reason:
        return errand.reason
    if _VERSION.search(asked) and errand.wanted:
        named = [wish for name, wish in errand.wanted if name.lower() in asked.lower()]
        return f"the one with {(named or [errand.wanted[0][1]])[0]}"
    if _ADDRESS.search(asked) and errand.address:
        return errand.address
    if _PAYMENT.search(asked) and errand.payment:
        return errand.payment
    return errand.opening
