"""Yes, no, forget it, why: what a message says beside values, read by rule and strictly.

A yes is only a yes when nothing else is said with it; everything that changes a shop hangs on that.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from assistant.text.language import has_han

_BETWEEN = r"[\s,，.。!！~～、;；]*+"
_EDGE = r"(?![a-z])"
_LONGEST = 80
"""Characters of a message that can be a bare yes or no."""
_WORDS = 8
_HAN = 16
_LATIN = re.compile(r"[A-Za-z]+")
"""A word in a Chinese message counts as a character."""


def plain(text: str) -> str:
    """The message with full-width forms and curly apostrophes made plain, lower case."""
    return unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").strip().lower()


def brief(text: str) -> bool:
    """Whether a message is short enough to be nothing but an answer."""
    return len(_LATIN.sub("x", text)) <= _HAN if has_han(text) else len(text.split()) <= _WORDS


def _whole(pattern: str, text: str) -> bool:
    said = plain(text)
    return len(said) <= _LONGEST and re.fullmatch(pattern, said) is not None


_CLAUSES = re.compile(r"[,.;!?:，。；！？：、\n]+|\s+(?:and|but|so)\s+|\s[-–]\s", re.IGNORECASE)


@dataclass(frozen=True)
class Signals:
    """The patterns of `signals.yaml`."""

    data: dict[str, Any]

    def affirms(self, text: str, intent: str) -> bool:
        """Whether the message is a yes to a change of that intent, and nothing else.

        Args:
            text: the whole message.
            intent: what was proposed; "yes, cancel it" is no yes to a return.
        """
        go_on = self.data["go_on"].get(intent, "(?!)")
        yes, filler = self._joined("affirm"), self._joined("filler")
        lead = rf"\W*(?:(?!(?:{yes}){_EDGE})(?>(?:{filler}){_EDGE}){_BETWEEN})*+"
        more = rf"(?:{_BETWEEN}(?>(?:{go_on}|{yes}|{filler}){_EDGE}))*+"
        then = rf"(?:那就|就)(?:{go_on}){_BETWEEN}"
        return _whole(rf"{lead}(?>(?:{yes}){_EDGE}){more}{_BETWEEN}|{then}", text)

    def behind_yes(self, text: str, intent: str) -> str | None:
        """What a message says behind a yes, without words that add nothing; None where it doesn't begin with one.

        Args:
            text: the whole message.
            intent: what was proposed.
        """
        yes, filler, go_on = self._joined("affirm"), self._joined("filler"), self.data["go_on"].get(intent, "(?!)")
        lead = rf"\W*(?:(?!(?:{yes}){_EDGE})(?:{filler}){_EDGE}{_BETWEEN})*(?:{yes}){_EDGE}"
        said = plain(text)
        match = re.match(lead, said) if len(said) <= _LONGEST else None
        if match is None:
            return None
        empty = rf"(?<![a-z])(?:{yes}|{filler}|{go_on}|{self._joined('restates')}){_EDGE}"
        return re.sub(empty, " ", said[match.end() :])

    def declines(self, text: str) -> bool:
        """Whether the message is a no, and nothing else."""
        no, filler = self._joined("deny"), self._joined("filler")
        lead = rf"\W*(?:(?!(?:{no}){_EDGE})(?>(?:{filler}){_EDGE}){_BETWEEN})*+"
        more = rf"(?:{_BETWEEN}(?>(?:{no}|{filler}){_EDGE}))*+"
        return _whole(rf"{lead}(?>(?:{no}){_EDGE}){more}{_BETWEEN}", text)

    def drops(self, text: str) -> str | None:
        """What is said after "forget it" (may be empty); None where the message doesn't begin so."""
        said, found = plain(text), False
        while (rest := self._dropped(said)) is not None and rest != said:
            said, found = rest, True
        return said if found else None

    def _dropped(self, said: str) -> str | None:
        match = re.match(
            rf"\W*(?:(?:no|ok|okay|oh|ah|hmm+|right|then|so|alright|actually|well|sorry|那就|那|先|不|还是|哦|噢|嗯|呃|好吧|行吧){_EDGE}[\s,.，。!！…]*+)*(?:{self._joined('drop')}){_EDGE}"
            rf"(?:{_BETWEEN}(?>(?:{self._joined('filler')}){_EDGE}))*+{_BETWEEN}",
            said,
        )
        return None if match is None else said[match.end() :]

    def leaves(self, text: str) -> bool:
        """Whether the message says goodbye."""
        return re.search(self._joined("leaves"), plain(text), re.ASCII) is not None

    def asks_price_of_it(self, text: str) -> bool:
        """Whether the whole message asks what the thing that was talked about costs."""
        return re.fullmatch(self._joined("price_of_it"), plain(text)) is not None

    def points_back(self, text: str) -> bool:
        """Whether the message speaks of something that it doesn't name ("can I return it?", "那换个黑色的")."""
        return re.search(self._joined("points_back"), plain(text), re.ASCII) is not None

    def wishes(self, text: str) -> bool:
        """Whether the message says what the customer wants to have done, rather than asks whether one can."""
        return not self.asks(text) and re.search(self._joined("wishes"), plain(text), re.ASCII) is not None

    def wishes_change(self, text: str) -> bool:
        """Whether the message says outright what shall be done with an order ("I want to return everything")."""
        return not self.asks(text) and re.search(self._joined("wishes_change"), plain(text), re.ASCII) is not None

    def asks_where(self, text: str) -> bool:
        """Whether the message asks where something is, or when it comes."""
        return re.search(self._joined("where_is"), plain(text)) is not None

    def is_about_it(self, text: str) -> bool:
        """Whether the message is about the order that was talked about ("can it be cancelled?")."""
        return brief(text) and re.search(self._joined("of_it"), plain(text), re.ASCII) is not None

    def drops_all(self, text: str) -> bool:
        """Whether the message gives up everything that is under way."""
        return brief(text) and re.search(self._joined("drop_all"), plain(text)) is not None

    def drops_named(self, text: str) -> bool:
        """Whether the message gives up something that it names ("forget about the return")."""
        return brief(text) and re.search(self._joined("drop_named"), plain(text)) is not None

    def goes_back(self, text: str) -> bool:
        """Whether the message wants to go back to something that was begun before."""
        return brief(text) and re.search(self._joined("back"), plain(text)) is not None

    def asks_where_we_were(self, text: str) -> bool:
        """Whether the message wants to go on with what was last talked about, without naming it."""
        return brief(text) and re.search(self._joined("back_alone"), plain(text)) is not None

    def names(self, text: str, intent: str) -> bool:
        """Whether the message names a change of that intent ("the cancellation")."""
        pattern = self.data["names"].get(intent, "(?!)")
        return re.search(pattern, plain(text), re.ASCII) is not None

    def asks_what_it_brings(self, text: str) -> bool:
        """Whether the customer wants to know what a proposal costs or brings, and where the money goes."""
        return re.search(self._joined("brings"), plain(text)) is not None

    def accepts(self, text: str) -> bool:
        """Whether the message bids to go on with what was offered ("can you set that up for me", "帮我登记一下")."""
        return re.search(self._joined("accepts"), plain(text), re.ASCII) is not None

    def wants_compensation(self, text: str) -> bool:
        """Whether the customer wants money or the like for their trouble, which no rule gives and no tool does."""
        return re.search(self._joined("compensation"), plain(text), re.ASCII) is not None

    def undoes(self, text: str) -> bool:
        """Whether the customer wants back what was done."""
        return re.search(self._joined("undo"), plain(text)) is not None

    def asks_why(self, text: str) -> bool:
        """Whether the customer wants to know why they are asked."""
        return re.search(self._joined("why"), plain(text)) is not None

    def replaces(self, text: str) -> bool:
        """Whether the message puts one wish in the place of another ("actually exchange it instead")."""
        return re.search(self._joined("replaces"), plain(text), re.ASCII) is not None

    def same_again(self, text: str) -> bool:
        """Whether the message wants for another order what was wanted before ("and the same for the fan")."""
        return re.search(self._joined("same_again"), plain(text), re.ASCII) is not None

    def of_another(self, text: str) -> bool:
        """Whether the message speaks of another order or thing."""
        return re.search(r"\b(?:another|other|different|second)\b|另|别的|其他", plain(text)) is not None

    def bids(self, text: str) -> bool:
        """Whether the message asks for something to be done, perhaps as a question ("can you send me a new one?")."""
        return re.search(self._joined("bids"), plain(text), re.ASCII) is not None

    def asks_for_one(self, text: str) -> bool:
        """Whether the message asks whether there is one like that ("is there one in black?", "有无线的吗")."""
        return re.search(self._joined("asks_for_one"), plain(text), re.ASCII) is not None

    def asks(self, text: str) -> bool:
        """Whether the message is a question, and not only put as one ("how else would I know?")."""
        return re.search(self._joined("question"), self.meant(plain(text))) is not None

    def meant(self, text: str) -> str:
        """The message without what is only put as a question."""
        return re.sub(rf"(?:{self._joined('rhetorical')})[?？]*", " ", text, flags=re.IGNORECASE).rstrip()

    def inquires(self, text: str) -> bool:
        """Whether the message wants to be told something without being a question ("track it", "查一下")."""
        return re.search(self._joined("inquire"), plain(text)) is not None

    def wants_person(self, text: str) -> bool:
        """Whether the message asks for a person, and for nothing else."""
        return _whole(rf"\W*(?:{self._joined('person')})\W*", text)

    def asking_for_person(self, text: str) -> str | None:
        """The clause in which a message asks for a person, whatever else it says; None where it asks for none."""
        return next((part for part in _CLAUSES.split(text) if self.wants_person(part)), None)

    def tells_damage(self, text: str) -> bool:
        """Whether the message says what is damaged, not only that something is."""
        return re.search(self._joined("damage_told"), plain(text)) is not None

    def adds(self, text: str) -> bool:
        """Whether the message wants something more ("also")."""
        return re.search(self._joined("also"), plain(text)) is not None

    def corrects(self, text: str) -> bool:
        """Whether the message begins or marks a correction ("no, ...", "only the ...")."""
        lead = rf"^\W*(?:(?:{self._joined('affirm')})\W+)?(?:{self._joined('corrects')})"
        said = plain(text)
        return re.match(lead, said) is not None or re.search(self._joined("narrows"), said) is not None

    def adds_items(self, text: str) -> bool:
        """Whether items shall be added, taken out or multiplied, rather than swapped."""
        return re.search(self._joined("add_items"), plain(text)) is not None

    def speaks_of_address(self, text: str) -> bool:
        """Whether the message is about where the customer lives."""
        return re.search(self._joined("address"), plain(text)) is not None

    def _joined(self, name: str) -> str:
        return self._patterns[name]

    def _texts(self) -> Iterator[tuple[str, str]]:
        return ((name, text) for name, text in self.data.items() if isinstance(text, str))

    @cached_property
    def _patterns(self) -> dict[str, str]:
        folded = {
            name: re.sub(r"\s*\n\s*|\s+(?=\|)", "", text)
            for name, text in self.data.items()
            if name not in ("go_on", "names")
        }
        return {name: re.sub(r"\s+\|", "|", text) for name, text in folded.items()}


@lru_cache(maxsize=1)
def signals() -> Signals:
    """The signals of the package, read once."""
    import yaml

    return Signals(yaml.safe_load(Path(__file__).with_name("signals.yaml").read_text(encoding="utf-8")))
