"""Questions about earlier conversations ("what did I ask you last week?"), answered from the tables with dates.

The customer's own words are quoted, in code: no model words them, and nothing in them is followed.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from assistant.clock import Clock
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.turn import Served, Turn
from assistant.memory.memory import Memory
from assistant.memory.past import PastConversation
from assistant.routing.decision import RoutedIntent
from assistant.shop.time_words import time_wish
from assistant.text.formatting import say_date
from assistant.text.prompts import PromptLibrary

_CONVERSATIONS = 5
_NEAREST = 3
_MESSAGES = 3
_LONGEST = 160
_MARK = re.compile(r"\[(\d+)\]")
_DAYS = {name: day for day, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_HAN_DAYS = {name: day for day, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = re.compile(rf"\b(?:on |last |this )?({'|'.join(_DAYS)})\b", re.I)
_HAN_WEEKDAY = re.compile(r"(上+个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天])")
_BEFORE_YESTERDAY = re.compile(r"\bthe day before yesterday\b|前天", re.I)
_RECENTLY = re.compile(r"\bthe other day\b|\brecently\b|最近|前几天|这几天", re.I)
_MONTH = r"january|february|march|april|may|june|july|august|september|october|november|december"
_DAY_EN = re.compile(
    rf"\b(?:on )?(?:the )?(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})|({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?)\b",
    re.I,
)
_DAY_ZH = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")


class PastTalk:
    """Serves questions about what was said before.

    Args:
        memory: knows what was said.
        prompts: reply texts.
        clock: tells what "yesterday" is.
    """

    def __init__(self, memory: Memory, prompts: PromptLibrary, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self._prompts = prompts

    def serve(self, intent: RoutedIntent | None, turn: Turn) -> Served | None:
        """The answer, or None where the message asks for something else.

        Args:
            intent: the request; None where the message wasn't understood.
        """
        words = _plain(turn.masker.unmask(intent.words) if intent else turn.incoming.text)
        if not _matches("asks", words):
            return None
        if _matches("first_here", words) and (first_said := _first_said(turn)):
            return Served(intent, reply=("past_first", {"said": _quoted(turn.masker.unmask(first_said), turn)}))
        if turn.customer is None:
            return Served(intent, reply=("sign_in", {}))
        today = self._clock.now().date()
        rest, first, last = _span(words, today)
        last_time = first is None and _matches("last_time", words)
        about = _about(rest)
        found = self._memory.past(
            turn.customer.customer_id,
            since=_midnight(first),
            until=_midnight(last + timedelta(days=1)) if last else None,
            exclude=turn.conversation_id if last_time else None,
            about=about,
            k=_NEAREST if about else _CONVERSATIONS,
        )
        if last_time and not about:
            found = found[:1]
        answers = _matches("answers", words)
        texts = ReplyTexts(self._prompts, turn.language)
        span = tuple(say_date(day, turn.language, today=today) for day in (first, last) if day) if first else ()
        variables: dict[str, object] = {
            "span": tuple(dict.fromkeys(span)),
            "last_time": last_time,
            "about": bool(about),
            "conversations": [self._view(past, turn, texts, today, answers=answers) for past in found],
        }
        return Served(intent, reply=("past", variables))

    def _view(
        self, past: PastConversation, turn: Turn, texts: ReplyTexts, today: date, *, answers: bool
    ) -> dict[str, object]:
        pairs = list(zip(past.said, past.answered, strict=True))
        shown = pairs if len(pairs) <= _MESSAGES else [pairs[0], *pairs[1 - _MESSAGES :]]
        return {
            "day": say_date(past.at, texts.language, today=today),
            "said": [_quoted(said, turn) for said, _ in shown],
            "answered": _quoted(shown[-1][1], turn) if answers else "",
        }


def _first_said(turn: Turn) -> str:
    """The customer's first message of this conversation, as far as it is at hand; empty where this is the first."""
    return next((said.text for said in turn.history if said.author == "customer"), "")


def _quoted(text: str, turn: Turn) -> str:
    """Words as they are quoted: short, masked (their owner reads them unmasked), without marks of citations."""
    flat = " ".join(_MARK.sub(" ", text).split())
    short = flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST].rstrip()}..."
    return turn.masker.mask(short)


def _plain(words: str) -> str:
    return " ".join(words.replace("’", "'").casefold().split())


def _span(words: str, today: date) -> tuple[str, date | None, date | None]:
    """First and last day that words speak of, and the words without them."""
    if match := _DAY_EN.search(words):
        day, month = match[1] or match[4], match[2] or match[3]
        number = _MONTH.split("|").index(month) + 1
        return _exact(words, match, number, int(day), today)
    if match := _DAY_ZH.search(words):
        return _exact(words, match, int(match[1]), int(match[2]), today)
    if match := _BEFORE_YESTERDAY.search(words):
        day_before = today - timedelta(days=2)
        return _cut(words, match), day_before, day_before
    if match := _WEEKDAY.search(words):
        back = (today.weekday() - _DAYS[match[1]]) % 7 or 7
        return _cut(words, match), today - timedelta(days=back), today - timedelta(days=back)
    if match := _HAN_WEEKDAY.search(words):
        weeks = (match[1] or "").count("上")
        day_of = today + timedelta(days=_HAN_DAYS[match[2]] - today.weekday() - 7 * weeks)
        if not weeks and day_of > today:
            day_of -= timedelta(days=7)
        return _cut(words, match), day_of, day_of
    if match := _RECENTLY.search(words):
        return _cut(words, match), today - timedelta(days=14), today
    wish = time_wish(words, today)
    return wish.rest, wish.first, wish.last


def _exact(words: str, match: re.Match[str], month: int, day: int, today: date) -> tuple[str, date | None, date | None]:
    try:
        that = date(today.year, month, day)
        that = that if that <= today else that.replace(year=today.year - 1)
    except ValueError:
        return words, None, None
    return _cut(words, match), that, that


def _cut(words: str, match: re.Match[str]) -> str:
    return f"{words[: match.start()]} {words[match.end() :]}"


def _about(rest: str) -> str:
    """The subject that a question names; empty where it names none."""
    for pattern in _patterns()["about"]:
        if match := pattern.search(rest):
            subject = " ".join(_joined("strip").sub(" ", match["it"]).strip(" ?.!,？。！，").split())
            return "" if _matches("nothing", subject) else subject
    return ""


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _matches(name: str, words: str) -> bool:
    return any(pattern.search(words) for pattern in _patterns()[name])


def _joined(name: str) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern in _patterns()[name]))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, Sequence[re.Pattern[str]]]:
    import yaml

    found = yaml.safe_load(Path(__file__).with_name("past.yaml").read_text(encoding="utf-8"))
    return {name: [re.compile(pattern) for pattern in patterns] for name, patterns in found.items()}
