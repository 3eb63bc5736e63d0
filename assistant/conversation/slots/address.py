"""A postal address: read whole or in part, completed by asking only for what is missing."""

import re

from assistant.conversation.reading.signals import plain
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.partial_address import put_right
from assistant.conversation.slots.postal import FIELDS, read_address
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.shop.records import Address

_CHINESE_CODE = 6
_NEEDED = ("address1", "city", "zip", "country")
_STANDARD = re.compile(
    r"\b(?:my|the) (?:home|standard|default|usual|account|saved|profile) address\b"
    r"|\baddress (?:in|on) (?:my|the) (?:account|profile|file)\b"
    r"|(?:默认|常用|账户|账号|家里)的?(?:收货)?地址"
)
_ONLY_NUMBER = re.compile(
    r"\b(?:house|street|building|flat) (?:number|no\.?)\b"
    r"|\bwrong (?:house )?number\b|\bnumber (?:is|should be)\b|门牌号?"
)
"""Speaks of the number alone: the street stays."""


class AddressSlot(Slot):
    """Where an order shall go: the six fields of an address."""

    name = "address"
    rests_on = ("order_id",)

    def known(self, case: Case) -> bool:
        """Whether street, city, postcode and country are there."""
        return bool(case.task.values(self.name)) and not self._missing(case)

    def read(self, text: str, case: Case) -> Reading | None:
        """The address as it is with what the message says."""
        if _STANDARD.search(plain(text)):
            return Reading(_values(case.customer.address))
        known = dict(zip(FIELDS, case.task.values(self.name), strict=False))
        here = case.order.address if case.order else case.customer.address
        base = known or dict(zip(FIELDS, _values(here), strict=True))
        whole = read_address(text, {}).get("address1")
        if not whole and (part := put_right(text, base)):
            moved = {"zip": "", "state": ""} if "city" in part else {}
            return Reading(tuple({**base, **moved, **part}.get(name, "") for name in FIELDS))
        if whole and not known and _street(whole) == _street(base["address1"]):
            known = base
        if not known and not whole and _ONLY_NUMBER.search(plain(text)):
            known = base
        found = {name: value.strip() for name, value in read_address(text, known).items()}
        if whole and _street(whole) == _street(known.get("address1", "")) and not found.get("address2"):
            found.pop("address2", None)  # another number in the same street: the flat stays
        if not any(found.values()) or ("address1" not in found and not known):
            return None
        merged = {**known, **found}
        if "city" in found and found["city"] != known.get("city"):
            merged |= {name: found.get(name, "") for name in ("zip", "state")}
        if not merged.get("city") and _same_district(merged.get("zip", ""), here.zip):
            merged["city"] = here.city
        if not merged.get("state") and merged.get("city", "").casefold() == here.city.casefold():
            merged["state"] = here.state
        if not merged.get("country"):
            merged["country"] = here.country
        return Reading(tuple(merged.get(name, "") for name in FIELDS))

    def question(self, case: Case) -> Question:
        """The whole address, or what is missing of it."""
        missing = self._missing(case) if case.task.values(self.name) else ()
        words = [case.texts.word("address_field", name) for name in missing]
        here = case.order.address if case.order else case.customer.address
        return Question(
            "tasks/which_address",
            {
                "missing": case.texts.join(words),
                "street": next(iter(case.task.values(self.name)), ""),
                "now": case.views.address(here),
                "account": case.task.intent == "change_profile",
            },
        )

    def _missing(self, case: Case) -> tuple[str, ...]:
        known = dict(zip(FIELDS, case.task.values(self.name), strict=False))
        return tuple(name for name in _NEEDED if not known.get(name))


def _same_district(code: str, other: str) -> bool:
    """Whether two Chinese postcodes are of one city: the first four digits tell it."""
    return len(code) == _CHINESE_CODE == len(other) and code.isdigit() and code[:4] == other[:4]


def _street(line: str) -> str:
    return re.sub(r"\d+\w?(?:-\d+)?", "", line).strip().casefold()


def _values(address: Address) -> tuple[str, ...]:
    return tuple(str(getattr(address, name)) for name in FIELDS)
