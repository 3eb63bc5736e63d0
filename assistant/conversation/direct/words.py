"""What a request says of itself: whether it asks, for a time, of something of their own, of what was before."""

import re

_HOW_LONG = re.compile(
    r"\b(?:how (?:long|soon|many (?:\w+ )?days)|when|until)\b|多久|多长时间|几天|多少天|什么时候|何时|啥时候",
    re.I | re.A,
)
_OWN = re.compile(
    r"\bmy (?:\w+ ){0,2}(?:orders?|parcels?|packages?|shipments?|deliver\w+|refunds?|money|stuff|things?|items?)\b"
    r"|\bwhere(?:'s| is| are)\b|#\w|\b(?:it|they) (?:arrive|come|be here|shipped)|\border status\b"
    r"|我的|我那|我买|到哪|在哪|哪里了|哪儿了|还没(?:到|收|有)|没收到|物流|订单号|进度",
    re.I,
)
_ASKS = re.compile(
    r"\?|？|^\W*(?:can|could|may|do|does|is|are|will|would|must|should|how|what|when|which|why|where|am i|have)\b"
    r"|\b(?:is it|can i|am i|do i|are you|right|correct|possible)\b[^.]*$"
    r"|(?:[,;:–—]| -) ?(?:and |so |but |then )?(?:can|could|may|do|does|is|are|will|would|must|should|how|what|when"
    r"|which|why|where|who) "
    r"|\bany (?:chance|idea|way)\b|\bwondering\b|\bwanna know\b"
    r"|[吗呢吧么]|多久|几天|多少|怎么|怎样|如何|能不能|可不可以|可以.*不|行不行|哪|什么|对不对|是不是"
    r"|啥(?![都也])|咋|谁(?![都也])|[^不]不\s*$|(?:能|可以|最多|得|有)[^，。]{0,8}几",
    re.I,
)


def asks_how_long(words: str) -> bool:
    """Whether a question is about a time."""
    return _HOW_LONG.search(words) is not None


def asks(words: str) -> bool:
    """Whether a message asks something rather than orders it."""
    return _ASKS.search(words) is not None


def about_own(words: str) -> bool:
    """Whether a message is about an order of the customer's own, rather than about how things are in general."""
    return _OWN.search(words) is not None


def refers_back(words: str) -> bool:
    """Whether words point back to what was talked about ("it", "那个")."""
    lowered = f" {words.lower()} "
    return any(mark in lowered for mark in (" it ", " it?", " that ", " this ", "那个", "这个", "它", "该订单"))
