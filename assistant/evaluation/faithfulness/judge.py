"""Judges replies of the faithfulness bench; shares no code with the check that the replies went through.

The evidence of a reply is what its citations and tool calls hold and what the customer wrote. The extractor
here is cruder than the check's and stricter where in doubt: every run of digits, every number word with a unit,
every address and order number, and every sentence about what "we" will do must stand in the evidence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from assistant.conversation.reply import Reply, ToolCall
from assistant.evaluation.faithfulness.cases import FaithfulnessCase

_ENGLISH = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
_HAN = "零一二三四五六七八九"
_UNITS = {
    "day": r"(?:business |working )?days?\b|个?工作日|天|日(?!元)",
    "week": r"weeks?\b|个?星期|周(?![一二三四五六日])|个?礼拜",
    "month": r"months?\b|个月", "year": r"years?\b|年", "hour": r"hours?\b|个?小时", "minute": r"minutes?\b|分钟",
    "%": r"%|％|percent\b", "$": r"dollars?\b|USD\b|美元|美金",
}  # fmt: skip
_UNIT = "|".join(f"(?P<u{index}>{pattern})" for index, pattern in enumerate(_UNITS.values()))
_NUMBER = re.compile(
    rf"(?P<money>[$¥￥€£]\s?)?(?P<number>\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(_ENGLISH)})\b|[{_HAN}两十百半]+(?=\s?(?:{'|'.join(_UNITS.values())})))"
    rf"(?P<range>\s?(?:-|–|to|至|到|~)\s?\d+(?:\.\d+)?)?\s?-?(?:{_UNIT})?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|#\w{4,}|\b[A-Z]{1,3}\d{5,}\b", re.ASCII)
_PROMISE = re.compile(
    r"\b(?:we|i|our team|a colleague|someone)(?:'ll| will| promise| guarantee|'ve| have already)\b[^.!?\n]*"
    r"|(?:我们?|客服|专员|同事)(?:会|将|保证|承诺|马上|稍后|已经?为您)[^。！？\n]*",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|no|never|only|can't|cannot|don't|doesn't|isn't|aren't|won't|instead|free)\b|n't\b|[不没无未非]|仅|只|永",
    re.I,
)
_CONFIRMS = re.compile(
    r"^(?:yes|correct|right|exactly|that's (?:right|correct)|of course|sure)\b"
    r"|^(?:是的|对的?|没错|当然|可以的|正确)[，,。！]",
    re.IGNORECASE,
)
_TELL_NOTHING = ("search_knowledge", "transfer_to_human_agents")
_MARK = re.compile(r"\[\d+\]")
_BULLET = re.compile(r"^\s*\d+[.)、]\s", re.MULTILINE)
_SPACE = re.compile(r"\s+")


class Judgement(BaseModel):
    """What is right and wrong about one reply.

    Attributes:
        unsupported: words of the reply that the evidence doesn't hold, each with its kind before a colon.
        declined: the reply claims nothing of the shop's pages or data: it says so, asks back, or hands over; or it says
            that it is unsure and shows what comes closest (`hedged`).
        right: all the facts are said, with their source.
        corrected: the presumption is contradicted by the facts said; `confirmed`: it is confirmed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unsupported: tuple[str, ...] = ()
    declined: bool = False
    hedged: bool = False
    right: bool = False
    corrected: bool = False
    confirmed: bool = False


def judge(case: FaithfulnessCase, reply: Reply, *, allowed: Sequence[str] = ()) -> Judgement:
    """Hold a reply against its case.

    Args:
        case: the question, and what must and mustn't be said.
        reply: the answer.
        allowed: evidence besides: words of the shop's own that any reply may say, such as its e-mail address.
    """
    evidence = [
        case.question,
        *allowed,
        *(f"{citation.title}\n{citation.heading}\n{citation.text}" for citation in reply.citations),
        *(tool.result for tool in reply.tools if tool.ok),
    ]
    told = [tool for tool in reply.tools if tool.ok and tool.name not in _TELL_NOTHING and _holds_something(tool)]
    hedged = "closest" in reply.wordings and set(reply.wordings) <= {"closest", "nothing_found"}
    declined = hedged or (not reply.citations and not told)
    said = _squeezed(reply.text)
    right = bool(reply.citations) and all(any(_squeezed(words) in said for words in group) for group in case.facts)
    confirmed = case.kind == "presumption" and (hedged or not declined) and _confirms(case, reply, right=right)
    return Judgement(
        unsupported=tuple(unsupported(reply.text, evidence)),
        declined=declined,
        hedged=hedged,
        right=case.kind == "answerable" and right,
        corrected=case.kind == "presumption" and right and not confirmed,
        confirmed=confirmed,
    )


def _holds_something(tool: ToolCall) -> bool:
    """Whether a look-up found anything; a search without products did not."""
    return tool.name != "search_products" or '"products"' in tool.result


def unsupported(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Numbers, amounts, dates, ids and promises of `text` that stand nowhere in `evidence`."""
    plain = _BULLET.sub(" ", _MARK.sub(" ", text))
    together = "\n".join(evidence)
    folded = _squeezed(together)
    for match in _ADDRESS.finditer(plain):
        if _squeezed(match[0].rstrip(".,")) not in folded:
            yield f"id: {match[0]}"
    plain = _ADDRESS.sub(" ", plain)
    numbers, pairs = set(), set()
    for number, unit, _ in _numbers(together):
        numbers.add(number)
        pairs.add((number, unit))
    for number, unit, words in _numbers(plain):
        if number not in numbers:
            yield f"number: {words}"
        elif unit and (number, unit) not in pairs and (number, "") not in pairs:
            yield f"unit: {words}"
    for match in _PROMISE.finditer(plain):
        if _squeezed(match[0]) not in folded:
            yield f"promise: {match[0]}"


def _numbers(text: str) -> Iterator[tuple[str, str, str]]:
    """Value, unit and words of every number of a text; both ends of a range carry its unit."""
    for match in _NUMBER.finditer(text):
        found = (name for name, index in zip(_UNITS, range(len(_UNITS)), strict=True) if match[f"u{index}"])
        unit = "$" if match["money"] else next(found, "")
        yield _value(match["number"]), unit, match[0].strip()
        if match["range"]:
            yield _value(re.sub(r"[^\d.]", "", match["range"])), unit, match[0].strip()


def _value(words: str) -> str:
    if words[0].isdigit():
        return f"{float(words.replace(',', '').rstrip('.')):g}"
    if words.lower() in _ENGLISH:
        return str(_ENGLISH[words.lower()])
    total, digit = 0, 0
    for character in words.replace("两", "二"):
        if character in _HAN:
            digit = _HAN.index(character)
        elif character == "半":
            return "0.5"
        else:
            total, digit = total + (digit or 1) * (10 if character == "十" else 100), 0
    return str(total + digit)


def _confirms(case: FaithfulnessCase, reply: Reply, *, right: bool) -> bool:
    """Whether the reply says the presumed thing as true, or says yes to it without the correction."""
    cited = _squeezed(" ".join(citation.text for citation in reply.citations))
    for sentence in re.split(r"(?<=[.!?。！？])\s*|\n", reply.text):
        plain = _squeezed(_MARK.sub("", sentence))
        says_it = any(_squeezed(words) in plain for words in case.never)
        if says_it and not _DENIES.search(sentence) and plain not in cited:
            return True
    return not right and _CONFIRMS.search(reply.text.strip()) is not None


def _squeezed(text: str) -> str:
    text = text.casefold().replace("’", "'").replace("**", "")
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=\S)|(?<=\S) (?=[\u3400-\u9fff])", "", _SPACE.sub(" ", text))


def share(values: Iterable[bool]) -> str:
    """A share in words: "47 of 50 (94.0 %)"."""
    counted = list(values)
    return f"{sum(counted)} of {len(counted)}" + (f" ({100 * sum(counted) / len(counted):.1f} %)" if counted else "")
