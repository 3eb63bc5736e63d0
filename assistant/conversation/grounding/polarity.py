"""Whether a statement says the opposite of its source: turned negations, and words turned into their opposites.

Models turn a negation round more often than they change a number ("is covered" where the page says "is not
covered"). A clause of the answer is laid beside the clause of the sources that shares most of its words; then
their negations and their pairs of opposites (before and after, at least and at most, opened and unopened) must
agree. What stands in a source word for word is never refused.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.text.language import has_han
from assistant.text.sentences import split_sentences

CLAUSES = re.compile(r"\.(?!\d)|[;:!?。；：！？，\n]|,? (?:but|however|although|unless)\b|, (?=and\b)")
_NEGATED = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|nothing|nobody|hardly)\b|n['’]t\b|[不没无未非勿别]",
    re.IGNORECASE,
)
_NO_NEGATION = re.compile(
    "无线|无论|非常|除非|特别|分别|区别|级别|类别|性别|别的|别人|别家|别处|识别|不同|不过(?!期|敏|高|低)|不仅|不但|不论|不管|不断|不久"
    "|costs? nothing|at no (?:extra |additional )?(?:cost|charge)|不(?:收|要|花)钱"
    "|未来|没收|差不多|要不要|能不能|可不可以|是不是|会不会|有没有|退不退|包不包"
)
_MODAL = re.compile("不?可以|能够|无法|不?能(?!量|源|耗|够)|不用|无需|不?需要?|不?会(?!员|议)|必须|永不|应该?|不得")
_POLAR = re.compile(
    r"\b(?:can|could|will|would|do|does|did|is|are|was|were|may|must|not|never|always|no|cannot)(?:n['’]t|['’]t)?\b"
    rf"|{_MODAL.pattern}|[不没无未会能]"
)
_EITHER_WAY = re.compile(r"\b(?:only|except|unless|at most|less|fewer)\b|[只仅限除]", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{3,}|\d+")
_STOP = frozenset(
    "the and for with are was can may you your our its that this from have has will not they them which when what "
    "who how does than then also any all per into over never without don can't isn aren won doesn".split()
)
_OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"\bbefore\b", r"\bafter\b"),
    (r"\bat least\b", r"\bat most\b|\bno more than\b"),
    (r"\bmore\b|\babove\b|\bover\b", r"\bless\b|\bfewer\b|\bbelow\b|\bunder\b"),
    (r"\bwith\b", r"\bwithout\b"),
    (r"\bincluded?s?\b|\bincluding\b", r"\bexcluded?s?\b|\bexcluding\b|\bextra\b"),
    (r"\bunopened\b|\bsealed\b", r"(?<!un)\bopened\b"),
    (r"\balways\b", r"\bnever\b"),
    (r"\baccept(?:ed|s)?\b", r"\brefuse[ds]?\b|\breject(?:ed|s)?\b"),
    (r"\ballowed\b|\bpermitted\b", r"\bforbidden\b|\bprohibited\b"),
    (r"\bpossible\b", r"\bimpossible\b"),
    (r"\bfree\b|\bcosts? nothing\b", r"\bcosts?\b(?! nothing)|\bcharged?\b"),
    ("之前|以前", "之后|以后|过后"),
    ("以上|至少|不少于|超过", "以下|至多|最多|不超过|以内"),
    ("(?<!不)包含|含(?!有)", "不含|不包含"),
    ("免费|免收", "收费|自费|付费"),
    ("未拆封|封条完好", "(?<!未)已?拆封"),
)
_SHARED = 0.6
_NEAR = 0.8
_YES_NO = re.compile(
    r"^(?:(?P<yes>yes|sure|of course|certainly|absolutely|correct|是的|是|对|可以|能|会|当然|没错|需要|要)"
    r"|(?P<no>no|nope|不是|不可以|不能|不会|不行|不用|不需要|无需|不|没有))(?:\s*[,，.。:：;；!！]|$)",
    re.IGNORECASE,
)


def turned_round(answer: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Clauses of `answer` that say the opposite of the clause of `sources` that is most like them.

    Args:
        answer: a worded answer, without citation marks.
        sources: the sentences that it was made from.
    """
    whole = {_squeezed(said) for source in sources for said in (source, *split_sentences(source))}
    known = [(clause, tokens(clause)) for source in sources for clause in CLAUSES.split(source) if clause.strip()]
    wrong = []
    for sentence in split_sentences(answer):
        if _squeezed(sentence) in whole:
            continue
        if unfounded := unfounded_yes_no(sentence, sources):
            wrong.append(unfounded)
        wrong += [clause.strip() for clause in CLAUSES.split(sentence) if _opposite(clause, known)]
    return tuple(dict.fromkeys(wrong))


def unfounded_yes_no(sentence: str, sources: Sequence[str]) -> str:
    """The yes or no that a sentence begins with, where no sentence of the sources begins with the same one."""
    match = _YES_NO.match(sentence.strip())
    if match is None:
        return ""
    kind = match.lastgroup
    for source in sources:
        for said in split_sentences(source):
            like = _YES_NO.match(said)
            if like is not None and like.lastgroup == kind:
                return ""
    return match[0].strip()


def tokens(clause: str) -> frozenset[str]:
    """The words of a clause that carry its meaning, without endings; pairs of characters of a Chinese one."""
    lowered = clause.lower()
    words = {_stem(word) for word in _WORD.findall(lowered) if word not in _STOP}
    if has_han(lowered):
        plain = re.sub(r"[^\u4e00-\u9fff]|[不没无未的了吗呢是]", " ", _MODAL.sub(" ", lowered))
        words |= {plain[i : i + 2] for i in range(len(plain) - 1) if " " not in plain[i : i + 2]}
    return frozenset(words)


def _opposite(clause: str, known: Sequence[tuple[str, frozenset[str]]]) -> bool:
    bare = _skeleton(clause)
    twins = [like for like, _ in known if bare and _skeleton(like) == bare]
    if twins:
        return all(_negations(clause) % 2 != _negations(like) % 2 for like in twins)
    said = tokens(clause)
    if not said:
        return False
    likes = [(len(said & other) / len(said), len(said & other) / max(1, len(other)), text) for text, other in known]
    shared, back, _ = max(likes, default=(0.0, 0.0, ""))
    if shared < _SHARED or (len(said) < 2 and back < _SHARED):
        return False
    nearest = [text for share, of_other, text in likes if share == shared and of_other == back]
    return all(_turned(clause, like, near=min(shared, back) >= _NEAR) for like in nearest)


def _turned(clause: str, like: str, *, near: bool) -> bool:
    limited, like_limited = bool(_EITHER_WAY.search(clause)), bool(_EITHER_WAY.search(like))
    if limited == like_limited or near:
        differs = _negations(clause) % 2 != _negations(like) % 2
        if differs and (near or not limited):
            return True
    for one, other in _compiled():
        if one.search(clause) and other.search(like) and not one.search(like) and not other.search(clause):
            return True
        if other.search(clause) and one.search(like) and not other.search(like) and not one.search(clause):
            return True
    return False


@lru_cache(maxsize=4096)
def _skeleton(clause: str) -> str:
    """The clause without the words that make it a yes or a no."""
    return re.sub(r"[\W_]+", "", _POLAR.sub("", clause.casefold()))


def _negations(clause: str) -> int:
    return len(_NEGATED.findall(_NO_NEGATION.sub("", clause)))


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE)) for one, other in _OPPOSITES)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*]+", "", text).casefold().rstrip(".。!！")
