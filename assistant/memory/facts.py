"""Facts about a customer, taken by rule from their own explicit words and from nothing else.

Precision first: questions, suppositions, quoted and reported speech give no fact, and neither does anything
that is said of somebody else. What a rule misses is only not remembered.
"""

import re
from dataclasses import dataclass

from assistant.memory.fact_rules import NOTE, SINGLE_VALUED, Rule, asides, rules
from assistant.text.language import Language, has_han

_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:\.(?=[\w])[^.!?。！？\n]*)*[.!?。！？\n]?")
_CLAUSE = re.compile(
    r"[,;，；、]|\s+-+\s+|\s*—+\s*|\b(?:but|because|so that|and (?=I\b|my\b|please\b))|但是|不过|因为|所以|而且"
)
_QUOTES = re.compile(r"\"[^\"]*\"|“[^”]*”|「[^」]*」|『[^』]*』")
_QUESTION_EN = re.compile(
    r"^\W*(?:and |so |but )?(?:what|how|who|whom|whose|where|when|why|which|can|could|do|does|did|is|are|am|was|were|"
    r"will|would|should|shall|may|might|have|has)\b",
    re.IGNORECASE,
)
_QUESTION_ZH = re.compile(
    r"吗|呢[？?]?$|什么|怎么|怎样|如何|是否|能不能|可不可以|会不会|要不要|有没有|多少|哪|几时|为何"
)
_SUPPOSED = re.compile(
    r"\b(?:if|suppose|supposing|imagine|hypothetically|assuming|unless|wish|maybe|perhaps|might|were to|as though|"
    r"let's say|let us say|pretend)\b|如果|假如|要是|假设|假使|万一|倘若|的话|可能|也许|或许|说不定",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:he|she|they|who|friend|wife|husband|mother|father|mom|dad|agent|colleague|somebody|someone|people|website|"
    r"page|it) (?:\w+ )?(?:said|says|say|told|tells|wrote|claims?|thinks?|asked)\b"
    r"|(?:他|她|客服|朋友|同事|老婆|老公|妈妈|爸爸|卖家|店员|有人|页面|网站)们?(?:都|还|也)?(?:说|告诉|问|写|以为)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\u4e00-\u9fff]+|[\u4e00-\u9fff]")
_WORDS_BESIDE = 2
_COMES_WITH_A_WISH = "gift_for"


@dataclass(frozen=True)
class FoundFact:
    """A fact in a message. `retracts` means that the customer takes it back."""

    kind: str
    value: str
    confidence: float
    retracts: bool = False


def find_facts(text: str) -> list[FoundFact]:
    """What the customer says about themselves in `text`, in its order; at most one value for kinds that have one.

    Args:
        text: one message of the customer's; one with Chinese in it is read by the rules of both languages.
    """
    languages: tuple[Language, ...] = ("zh", "en") if has_han(text) else ("en",)
    found: dict[tuple[str, str], FoundFact] = {}
    for clause, certainty in _statements(_QUOTES.sub(" ", text)):
        for rule in rules():
            if rule.language not in languages or rule.wish:
                continue
            for fact in _apply(rule, clause, certainty):
                found[fact.kind, "" if fact.kind in SINGLE_VALUED else fact.value.lower()] = fact
    for sentence in _SENTENCE.findall(_QUOTES.sub(" ", text)):
        for fact in _wishes(sentence.strip(), languages):
            found[fact.kind, ""] = fact
    return [fact for fact in found.values() if fact.kind != NOTE or len(found) == 1]


def only_facts(text: str) -> bool:
    """Whether a message tells facts and asks for nothing: what stands beside them are courtesies."""
    found = find_facts(text)
    if not found or _QUOTES.search(text) or any(fact.kind == _COMES_WITH_A_WISH for fact in found):
        return False
    for sentence in _SENTENCE.findall(text):
        bare = sentence.strip()
        if not bare:
            continue
        if _wishes(bare, ("en", "zh")):
            continue
        if _statements(bare) != [(bare, 1.0)]:
            return False
        left = bare
        for start, end in sorted({m.span() for rule in rules() for m in rule.pattern.finditer(bare)}, reverse=True):
            left = f"{left[:start]} {left[max(start, end) :]}"
        if len(_WORD.findall(asides().sub(" ", left))) > _WORDS_BESIDE:
            return False
    return True


def _wishes(sentence: str, languages: tuple[Language, ...]) -> list[FoundFact]:
    """Facts that a wish states, also one put as a question ("could you stop recommending things?")."""
    if not sentence or _REPORTED.search(sentence) or _SUPPOSED.search(sentence):
        return []
    spoken = [rule for rule in rules() if rule.wish and rule.language in languages]
    return [fact for rule in spoken for fact in _apply(rule, sentence, 1.0)]


def _apply(rule: Rule, clause: str, certainty: float) -> list[FoundFact]:
    found = [(rule.kind_of(match), rule.value(match)) for match in rule.pattern.finditer(clause)]
    confidence = round(rule.confidence * certainty, 2)
    return [FoundFact(kind, value, confidence, rule.retracts) for kind, value in found if value]


def _statements(text: str) -> list[tuple[str, float]]:
    """Clauses in which the customer states something, each with how certain that is."""
    statements: list[tuple[str, float]] = []
    for sentence in _SENTENCE.findall(text):
        if not sentence.strip() or _REPORTED.search(sentence):
            continue
        asks = sentence.rstrip().endswith(("?", "？"))
        clauses = [clause.strip() for clause in _CLAUSE.split(sentence) if clause and clause.strip()]
        if not asks:
            whole = sentence.strip()
            if not (_SUPPOSED.search(whole) or _questions(whole)):
                statements.append((whole, 1.0))
                continue
        for clause in clauses[: _last(clauses) if asks else None]:
            if _SUPPOSED.search(clause):
                break
            if not _questions(clause):
                statements.append((clause, 0.9))
    return statements


def _last(clauses: list[str]) -> int:
    """The clause that asks is the last one; a sentence of one clause is all question."""
    return len(clauses) - 1


def _questions(clause: str) -> bool:
    return bool(_QUESTION_EN.search(clause) or _QUESTION_ZH.search(clause))
