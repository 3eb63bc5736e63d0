"""What is known from the customer's account, wherever it stands: names, street, postcode, customer number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.text.language import has_han
from assistant.text.masking.folding import Found

_ALSO_WORDS = frozenset(
    "will mark rose may april june grace hope faith joy bill rich frank art drew chase page price brown "
    "green white black gray "
    "grey young long short king baker cook carter ford field wood woods stone rice rivers banks day love "
    "max guy dean lane "
    "ivy lily daisy violet ruby pearl amber crystal jade summer autumn dawn eve iris holly hazel olive "
    "ginger penny sunny "
    "sky star angel hunter mason cooper taylor fisher miller potter parker porter walker turner marsh "
    "hill bush moon snow "
    "wolf fox bird lamb swan hart nick rob pat sue gene dale glen reed ray clay cliff brook forest major "
    "earl duke baron "
    "bishop pope abbot monk best good small little strong sharp wise noble case cash gold silver diamond "
    "park parks gates "
    "bell ball bond cross house church street street's west east north south english french german china paris london "
    "madison austin houston dallas georgia virginia carolina chelsea brooklyn sydney florence jordan "
    "israel chad india lee "
    "more moore see so he she an in on to do go no me my we us it is be by or if of at up as am you yes ok hi".split()
)
"""Names that are words too, or short: masked only where they can be nothing but a name."""

_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|dear|hi|hello|hey)\.?"
_IS_NAMED = (
    r"(?:name(?:'s| is|:)?|called|i'm|i am|this is|it's|from|signed|regards,?|thanks,?|cheers,?|"
    r"sincerely,?|recipient:?)"
)
_HAN_TITLES = "先生|女士|小姐|太太|老师|同学|总|经理|师傅"


@dataclass(frozen=True)
class Account:
    """What the shop knows of a customer that must not reach a model.

    Attributes:
        first_name: may be empty.
        last_name: may be empty.
        nicknames: how they asked to be called.
        streets: lines of their addresses that tell where they live.
        codes: their postcodes.
        ids: their customer number.
    """

    first_name: str = ""
    last_name: str = ""
    nicknames: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


class AccountFinder:
    """Finds what is known of one customer.

    Args:
        account: what is known.
    """

    def __init__(self, account: Account) -> None:
        self._patterns = [(kind, re.compile(pattern, re.I)) for kind, pattern in _patterns(account)]

    def __call__(self, text: str) -> Iterator[Found]:
        """What `text`, in plain form, holds of it."""
        for kind, pattern in self._patterns:
            for match in pattern.finditer(text):
                group = "it" if "it" in pattern.groupindex else 0
                if match.group(group):
                    yield Found(kind, match.start(group), match.end(group))


def _patterns(account: Account) -> Iterator[tuple[str, str]]:
    for identity in filter(None, account.ids):
        yield "ACCOUNT", _whole(identity)
    for street in account.streets:
        if len(street.strip()) >= 5 and re.search(r"\d", street) and len(street.split()) + 9 * has_han(street) >= 2:
            yield "ADDRESS", _whole(street)
    for code in account.codes:
        if len(code.strip()) >= 4:
            yield "ADDRESS", _whole(code)
    first, last = account.first_name.strip(), account.last_name.strip()
    for names in ((first, last), *((nickname.strip(), "") for nickname in account.nicknames)):
        yield from (("NAME", pattern) for pattern in _of_name(*names))


def _of_name(first: str, last: str) -> Iterator[str]:
    if has_han(first + last):
        if first and last:
            yield f"{re.escape(last)} ?{re.escape(first)}"
            yield f"{re.escape(first)} {re.escape(last)}"
        for part in (first, last):
            if len(part) >= 2:
                yield re.escape(part)
        if last:
            yield f"(?P<it>{re.escape(last)})(?={_HAN_TITLES})"
        return
    if first and last:
        middle = r"(?:[ ,]{1,2}(?:[A-Z]\.? )?|[._-])"
        yield rf"(?<![A-Za-z]){_spaced(first)}{middle}{_spaced(last)}(?![A-Za-z])"
        yield rf"(?<![A-Za-z]){_spaced(last)}{middle}{_spaced(first)}(?![A-Za-z])"
        yield rf"(?<![A-Za-z]){re.escape(first[0])}\.? ?{_spaced(last)}(?![A-Za-z])" if len(last) > 2 else "(?!)"
    for part in filter(None, (first, last)):
        word = _spaced(part)
        if part.casefold() in _ALSO_WORDS or len(part) <= 2:
            yield rf"(?<![A-Za-z])(?:{_TITLES}|{_IS_NAMED}|我叫|我是|姓|名字[是叫]?) ?(?P<it>{word})(?![A-Za-z])"
        else:
            yield rf"(?<![A-Za-z]){word}(?![A-Za-z])"


def _whole(value: str) -> str:
    edge = "[A-Za-z0-9_]"
    return rf"(?<!{edge}){_spaced(value.strip())}(?!{edge})"


def _spaced(value: str) -> str:
    """`value` with any spaces, or none after commas, where it has some."""
    return r"[\s,]{1,3}".join(map(re.escape, re.split(r"[\s,]+", value)))
