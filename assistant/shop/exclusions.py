"""What a customer does not want, in words: "nothing with headphones", "not black", "不要耳机"."""

import re

_THING = r"(?P<out>[a-z][\w'-]*(?: [\w'-]+){0,3}?)"
_END = r"(?=\s*[,.;!?]|\s*$|\s+(?:and|or|but|please|for|under|he|she|they|i|we|because|since|as|that|which)\b)"
_ENGLISH = re.compile(
    rf"\b(?:(?:nothing|anything) (?:with|like|in)|(?:any|every)thing (?:but"
    rf"|except)|except(?: for)?|other than|excluding|without"
    rf"|(?:hates?|dislikes?|can't stand|(?:don't|doesn't|does not|do not|didn't) (?:want|like|need))"
    rf"|(?:(?<=^)|(?<=[,;] )|(?<=but )|(?<=and )|(?<=just ))(?:no"
    rf"|not)) (?:the |a |an |any |more |another |made of |with )*{_THING}{_END}",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:不要|别要|不想要|不喜欢|讨厌|不含|不带|除了)(?P<out>[^，,。；;！!?？的了]{1,8}?)(?:以外|之外|的|了)?(?=[，,。；;！!?？]|$|有|还有)"
)


def exclusions(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what it rules out, and the words for that.

    Args:
        text: what a customer looks for.
    """
    out: list[str] = []
    for pattern in (_ENGLISH, _CHINESE):
        out += [match["out"].strip() for match in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return text, tuple(out)
