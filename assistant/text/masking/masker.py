"""Puts masks in the place of personal data, and the data back in the place of masks."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from assistant.text.masking.addresses import addresses
from assistant.text.masking.chinese_addresses import chinese_addresses
from assistant.text.masking.emails import emails, plain_email
from assistant.text.masking.folding import Found, fold
from assistant.text.masking.names import Account, AccountFinder
from assistant.text.masking.numbers import cards, ibans, identity_numbers, papers
from assistant.text.masking.phones import phones

KINDS = ("EMAIL", "IBAN", "ID", "CARD", "ACCOUNT", "PHONE", "ADDRESS", "NAME")
"""Kinds of personal data; where two claim the same words, the earlier has them."""

MASK = re.compile(rf"<({'|'.join(KINDS)})_\d+>")
"""A mask in a text; its first group is the kind."""

_FINDERS: tuple[Callable[[str], Iterable[Found]], ...] = (
    emails,
    ibans,
    identity_numbers,
    papers,
    cards,
    phones,
    addresses,
    chinese_addresses,
)


class Masker:
    """Masks of one conversation: the same value always gets the same mask.

    Args:
        known: masks given out earlier in the conversation, mask to value.
        account: what the shop knows of the customer; None for a stranger.
    """

    def __init__(self, known: Mapping[str, str] | None = None, account: Account | None = None) -> None:
        self._values: dict[str, str] = dict(known or {})
        self._masks: dict[tuple[str, str], str] = {(_kind(mask), value): mask for mask, value in self._values.items()}
        self._accounts = [AccountFinder(account)] if account else []

    @property
    def known(self) -> dict[str, str]:
        """All masks so far, mask to value."""
        return dict(self._values)

    def fresh(self) -> "Masker":
        """A masker for the same customer that has given out no mask yet."""
        other = Masker()
        other._accounts = list(self._accounts)
        return other

    def learn(self, account: Account) -> None:
        """Mask from now on what the shop knows of a customer who was a stranger until now."""
        self._accounts.append(AccountFinder(account))

    def also_called(self, nicknames: Iterable[str]) -> None:
        """Take these for the customer's names too."""
        if names := tuple(nicknames):
            self._accounts.append(AccountFinder(Account(nicknames=names)))

    def mask(self, text: str) -> str:
        """`text` with personal data replaced by masks."""
        return _replaced(text, self._accounts, self._mask_for)

    def mask_all(self, value: Any) -> Any:
        """`value` (plain data, nested as it comes) with every text in it masked."""
        return _mapped(value, self.mask)

    def unmask(self, text: str) -> str:
        """`text` with this conversation's masks replaced by their values; other masks stay as they are."""
        return MASK.sub(lambda match: self._values.get(match.group(), match.group()), text)

    def for_tools(self, value: Any) -> Any:
        """`value` (plain data) with masks replaced as programs read them: an e-mail without spaces and words."""

        def restored(text: str) -> str:
            return MASK.sub(lambda match: _plain(match[1], self._values.get(match.group(), match.group())), text)

        return _mapped(value, restored)

    def _mask_for(self, kind: str, value: str) -> str:
        if (kind, value) not in self._masks:
            number = sum(mask.startswith(f"<{kind}_") for mask in self._values) + 1
            while f"<{kind}_{number}>" in self._values:
                number += 1
            mask = f"<{kind}_{number}>"
            self._masks[kind, value] = mask
            self._values[mask] = value
        return self._masks[kind, value]


def mask_for_good(text: str, account: Account | None = None, *, keep: frozenset[str] = frozenset()) -> str:
    """`text` with personal data replaced by what kind it was (`<EMAIL>`): for logs, memory and vectors.

    Args:
        text: as it was written.
        account: what the shop knows of the customer.
        keep: kinds that are left as they are.
    """
    finders = [AccountFinder(account)] if account else []
    return _replaced(text, finders, lambda kind, value: value if kind in keep else f"<{kind}>")


def find_personal(text: str, account: Account | None = None) -> list[Found]:
    """The personal data in `text`, in its order; `start` and `end` count in `text` itself."""
    return _found(text, [AccountFinder(account)] if account else [])


def _found(text: str, finders: Iterable[Callable[[str], Iterable[Found]]]) -> list[Found]:
    folded = fold(text)
    taken = [(match.start(), match.end()) for match in MASK.finditer(folded.text)]
    found = [item for find in (*finders, *_FINDERS) for item in find(folded.text)]
    chosen: list[Found] = []
    for item in _joined(found):
        if all(item.end <= left or right <= item.start for left, right in taken):
            taken.append((item.start, item.end))
            chosen.append(Found(item.kind, *folded.span(item.start, item.end)))
    return sorted(chosen, key=lambda item: item.start)


def _joined(found: Iterable[Found]) -> list[Found]:
    """What overlaps and is of one kind as one; more telling kinds first."""
    joined: list[Found] = []
    for item in sorted(found, key=lambda item: (KINDS.index(item.kind), item.start, item.end)):
        last = joined[-1] if joined else None
        if last and last.kind == item.kind and item.start < last.end:
            joined[-1] = Found(item.kind, last.start, max(last.end, item.end))
        else:
            joined.append(item)
    return joined


def _replaced(text: str, finders: Iterable[Callable[[str], Iterable[Found]]], with_: Callable[[str, str], str]) -> str:
    parts: list[str] = []
    at = 0
    for item in _found(text, finders):
        parts += (text[at : item.start], with_(item.kind, text[item.start : item.end]))
        at = item.end
    return "".join((*parts, text[at:]))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(item, change) for item in value]
    return value


def _plain(kind: str, value: str) -> str:
    if kind == "EMAIL":
        return plain_email(fold(value).text)
    return fold(value).text if kind in ("PHONE", "CARD", "IBAN", "ID") else value


def _kind(mask: str) -> str:
    return mask.strip("<>").rsplit("_", 1)[0]
