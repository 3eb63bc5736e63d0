"""One message's expectations, held against what was seen; by rule, without a model."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.evaluation.suites.assertions.words import is_in, is_said, questions
from assistant.evaluation.suites.cases.expect import Expect, ToolWanted
from assistant.evaluation.suites.running.seen import SeenTool, SeenTurn
from assistant.text.language import Language
from assistant.text.quantities import quantities


def turn_problems(seen: SeenTurn, expect: Expect, language: Language) -> Iterator[str]:
    """What is not as expected."""
    yield from _read(seen, expect)
    yield from _said(seen, expect)
    yield from _done(seen, expect)
    yield from _cost(seen, expect)
    wanted = expect.language or language
    if seen.language != wanted or (seen.text and not is_in(wanted, seen.text)):
        yield f"the reply is not in {wanted}" if seen.text else f"the message is read as {seen.language}"
    if expect.one_question and questions(seen.text) > 1:
        yield "more than one question"
    yield from (f"the check refused {words!r}" for words in seen.refused)
    verdicts = {verdict.statement: verdict for verdict in seen.verdicts}
    for statement in expect.judge:
        if statement not in verdicts:
            yield f"nobody judged {statement!r}"
        elif not verdicts[statement].holds:
            yield f"the judge says no to {statement!r}: {verdicts[statement].reason}"


def _read(seen: SeenTurn, expect: Expect) -> Iterator[str]:
    intents = tuple(intent.intent for intent in seen.intents)
    if expect.intents is not None and intents != expect.intents:
        yield f"it was read as {_list(intents, seen)} and not as {_list(expect.intents)}"
    if expect.intents_any and intents not in expect.intents_any:
        yield f"it was read as {_list(intents, seen)} and not as {' or '.join(map(_list, expect.intents_any))}"
    asks = seen.outcome == "ambiguous" and bool(seen.readings)
    if expect.clarifies is not None and expect.clarifies != asks:
        yield f"it should {'' if expect.clarifies else 'not '}be asked which reading is meant: {seen.outcome}"
    if expect.takes is not None and intents != seen.offered[expect.takes - 1 : expect.takes]:
        yield f"it was read as {_list(intents)} and not as reading {expect.takes} of {_list(seen.offered)}"
    slots = {name: value for intent in seen.intents for name, value in intent.slots.items()}
    for name, value in expect.slots.items():
        if slots.get(name, "").casefold() != value.casefold():
            yield f"slot {name} is {slots.get(name, 'not there')!r} and not {value!r}"


def _said(seen: SeenTurn, expect: Expect) -> Iterator[str]:
    yield from (f"{words!r} is missing" for words in expect.says if not is_said(words, seen.text))
    yield from (f"{words!r} was said" for words in expect.says_not if is_said(words, seen.text))
    if expect.says_any and not any(is_said(words, seen.text) for words in expect.says_any):
        yield f"none of {', '.join(map(repr, expect.says_any))} is there"
    pages = [citation.page for citation in seen.citations]
    if expect.cites and not any(page.endswith(wanted) for page in pages for wanted in expect.cites):
        yield f"{_list(pages)} is cited and not {' or '.join(expect.cites)}"
    if expect.cited is not None and expect.cited != bool(pages):
        yield f"{_list(pages)} is cited"
    if expect.supported:
        yield from (f"{words!r} stands in no source" for words in unsupported(seen))


def _done(seen: SeenTurn, expect: Expect) -> Iterator[str]:
    for wanted in expect.tools:
        if not any(_is_call(tool, wanted) for tool in seen.tools):
            yield f"{wanted.name} was not called{f' with {dict(wanted.arguments)}' if wanted.arguments else ''}"
    called = {tool.name for tool in seen.tools}
    yield from (f"{name} was called" for name in expect.tools_not if name in called)
    shown = seen.proposal["kind"] if seen.proposal else False
    if expect.proposes is not None and shown != expect.proposes and not (expect.proposes is True and shown):
        yield f"{shown or 'nothing'} was proposed"
    if expect.does is not None and seen.changed != expect.does:
        yield f"the shop was {'changed' if seen.changed else 'not changed'}"
    if expect.handoff is not None and seen.handoff != expect.handoff:
        yield "a person took over" if seen.handoff else "no person took over"
    yield from (f"{words!r} is missing in the brief" for words in expect.brief if words not in seen.brief)


def _cost(seen: SeenTurn, expect: Expect) -> Iterator[str]:
    if expect.max_ms is not None and seen.milliseconds > expect.max_ms:
        yield f"it took {seen.milliseconds:.0f} ms and not {expect.max_ms:.0f}"
    tokens = seen.input_tokens + seen.output_tokens
    if expect.max_tokens is not None and tokens > expect.max_tokens:
        yield f"it took {tokens} tokens and not {expect.max_tokens}"
    if expect.max_model_calls is not None and seen.model_calls > expect.max_model_calls:
        yield f"models were called {seen.model_calls} times and not {expect.max_model_calls}"


def unsupported(seen: SeenTurn) -> list[str]:
    """Quantities of the reply that stand neither in a tool's result, nor on a cited page, nor in the message.

    Held apart from the assistant's own check, so that a mistake there is seen here.
    """
    sources = [
        seen.say,
        *seen.own,
        *(tool.result for tool in seen.tools),
        *(citation.text for citation in seen.citations),
    ]
    sources += _texts(seen.proposal) if seen.proposal else []
    known = {(q.kind, q.value) for source in sources for q in quantities(source)}
    numbers = {value.split()[0] for _, value in known}
    days = {value[-5:] for kind, value in known if kind == "date"}
    plain = _without_marks(seen.text)
    return [
        quantity.words
        for quantity in quantities(plain)
        if (quantity.kind, quantity.value) not in known
        and (quantity.kind, quantity.value) != ("number", "1")  # "one" and 一 are articles more often than numbers
        and quantity.value.split()[0] not in numbers
        and not (quantity.kind == "date" and quantity.value[-5:] in days)
    ]


def _without_marks(text: str) -> str:
    import re

    return re.sub(r"\[\d+\]|^\s*\d+[.)、]", " ", text, flags=re.MULTILINE)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return [str(value)]


def _is_call(tool: SeenTool, wanted: ToolWanted) -> bool:
    same = all(str(tool.arguments.get(name)) == str(value) for name, value in wanted.arguments.items())
    return tool.name == wanted.name and tool.ok and same


def _list(names: Iterable[str], seen: SeenTurn | None = None) -> str:
    found = ", ".join(names)
    return found or (seen.outcome if seen and seen.outcome == "ambiguous" else "nothing")
