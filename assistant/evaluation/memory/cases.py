"""A seeded simulation of customers who talk with the shop over a year, and of what memory is asked about them.

Half of the customers speak English, half Chinese. In some conversations they tell a fact about themselves, some of
which they change later; in the others something happens to a thing that they bought, a different pair of thing and
trouble each time. Questions use other words than what was said (`evals/memory/talks.yaml`); some of them are asked
in the other language.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from assistant.text.language import Language

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_DAYS = 360
_KINDS = 6
_QUESTIONS_OF_EPISODES = 6
_OTHER_LANGUAGE = 0.1
_CHANGED = 0.5

QuestionKind = Literal["fact", "changed fact", "episode", "episode, other language"]


@dataclass(frozen=True)
class Talk:
    """A conversation: what the customer says, and the intent that it is routed to."""

    text: str
    intent: str
    at: datetime


@dataclass(frozen=True)
class Question:
    """What memory is asked, and what must be among the best five.

    Attributes:
        fact: kind and value of the right fact, as it is kept; None where an episode is right.
        talk: number of the right conversation; -1 where a fact is right.
    """

    kind: QuestionKind
    language: Language
    text: str
    fact: tuple[str, str] | None = None
    talk: int = -1


@dataclass
class Person:
    """A customer: their conversations, oldest first, questions, and values that no longer hold, by kind of fact."""

    customer_id: str
    language: Language
    talks: list[Talk] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    outdated: dict[str, set[str]] = field(default_factory=dict)


def people(folder: Path, *, customers: int, conversations: int, seed: int) -> Iterator[Person]:
    """The customers, one after another, the same for the same seed."""
    import yaml

    data = yaml.safe_load((folder / "talks.yaml").read_text(encoding="utf-8"))
    for number in range(customers):
        language: Language = "zh" if number % 2 else "en"
        yield _Maker(data, random.Random(f"{seed}/{number}"), language).person(f"sim_{number:04d}", conversations)


class _Maker:
    def __init__(self, data: dict[str, Any], chance: random.Random, language: Language) -> None:
        self._data = data
        self._chance = chance
        self._language = language

    def person(self, customer_id: str, conversations: int) -> Person:
        person = Person(customer_id, self._language)
        told = self._told(person, conversations)
        pairs = [(t, i) for t in range(len(self._data["things"])) for i in range(len(self._data["issues"]))]
        happened = self._chance.sample(pairs, conversations - len(told))
        talks: list[Any] = [*told, *happened]
        order = self._in_order(talks, len(told))
        days = sorted(self._chance.sample(range(1, _DAYS), conversations), reverse=True)
        for day, at in zip(days, order, strict=True):
            moment = NOW - timedelta(days=day, minutes=self._chance.randrange(600))
            text, intent = talks[at] if at < len(told) else self._happens(*talks[at])
            person.talks.append(Talk(text, intent, moment))
        asked = self._chance.sample(range(len(told), conversations), min(_QUESTIONS_OF_EPISODES, len(happened)))
        for at in asked:
            thing, issue = talks[at]
            person.questions.append(self._asks(thing, issue, order.index(at)))
        return person

    def _told(self, person: Person, conversations: int) -> list[tuple[str, str]]:
        """What they tell of themselves, in the order in which it must be said, with a question for each kind."""
        told: list[tuple[str, str]] = []
        for kind in self._chance.sample(sorted(self._data["facts"]), min(_KINDS, conversations // 4)):
            spec = self._data["facts"][kind]
            changes = kind not in ("allergy", "likes") and self._chance.random() < _CHANGED
            values = self._chance.sample(spec["values"], 2 if changes else 1)
            for value in values:
                words = value[self._language == "zh"]
                text = self._chance.choice(spec[self._language]["said"]).format(value=words)
                told.append((text, "other"))
            if changes:
                person.outdated[kind] = {_kept(kind, values[0][self._language == "zh"])}
            right = (kind, _kept(kind, values[-1][self._language == "zh"]))
            asked = self._chance.choice(spec[self._language]["asked"])
            name: QuestionKind = "changed fact" if changes else "fact"
            person.questions.append(Question(name, self._language, asked, fact=right))
        return told

    def _in_order(self, talks: list[Any], told: int) -> list[int]:
        """Any order in which facts are told one after another as they change."""
        places = sorted(self._chance.sample(range(len(talks)), told))
        others = iter(self._chance.sample(range(told, len(talks)), len(talks) - told))
        facts = iter(range(told))
        return [next(facts) if at in places else next(others) for at in range(len(talks))]

    def _happens(self, thing: int, issue: int) -> tuple[str, str]:
        spec = self._data["issues"][issue]
        said = self._chance.choice(spec[self._language]["said"])
        return said.format(thing=self._data["things"][thing][self._language][0]), str(spec["intent"])

    def _asks(self, thing: int, issue: int, talk: int) -> Question:
        other = self._chance.random() < _OTHER_LANGUAGE
        language: Language = self._language if not other else ("en" if self._language == "zh" else "zh")
        asked = self._chance.choice(self._data["issues"][issue][language]["asked"])
        text = asked.format(thing=self._data["things"][thing][language][1])
        return Question("episode, other language" if other else "episode", language, text, talk=talk)


_AS_KEPT = {"e-mail": "email", "text message": "sms", "WeChat": "wechat", "电子邮件": "email", "电话": "phone"}
_AS_KEPT |= {"短信": "sms", "微信": "wechat", "英文": "English", "中文": "Chinese"}


def _kept(kind: str, value: str) -> str:
    return _AS_KEPT.get(value, value) if kind in ("contact", "language") else value
