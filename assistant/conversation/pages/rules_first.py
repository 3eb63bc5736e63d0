"""Whether a message asks how the shop's rules are, rather than for something to be done.

The router reads "how quickly do I have to report a broken mug?" as the report of a broken mug. The answer stands on a
page, and it needs nobody's name: rules are told first, and then the customer's own order is offered to be looked at.
"""

import re
from enum import IntEnum

from assistant.conversation.direct.words import about_own
from assistant.conversation.reading.signals import plain, signals
from assistant.text.quantities import quantities


class Rule(IntEnum):
    """How surely a message asks for a rule."""

    NONE = 0
    PERHAPS = 1
    """It asks whether something can be done ("can I return opened earbuds?"): it may also be a wish."""
    SURELY = 2
    """It asks for a time, an amount or a condition, or takes one for granted."""


_MEASURE = re.compile(
    r"\bhow (?:long|many|much|soon|quick\w*|fast|often|late|far)\b|\b(?:until|by|from) (?:when|what)\b|\bdeadline\b"
    r"|\b(?:time|day) limit\b|\bwho (?:pays|covers|bears)\b|\b(?:do|will|would) (?:i|you"
    r"|we) (?:have to )?(?:pay|charge)\b"
    r"|\b(?:is|are) there (?:a|an|any) (?:\w+ )?(?:fees?|charges?|costs?|limits?|minimum|maximum)\b"
    r"|\bwhat (?:does|do|will|would) (?:it|that|this|an?|the) .{0,40}\bcost\b|\bwhat(?:'s| is) the (?:fee"
    r"|charge|cost)\b"
    r"|多久|多长时间|几天|多少天|几个?(?:月|星期|小时|工作日)|多少|几[次趟块]|收费|收钱|要钱|花钱|免费|自费|扣钱"
    r"|谁[来]?(?:出|付|承担)|期限|时限|截止|最晚|最迟|什么时候(?:之?前|为止|截止)"
)
_PRESUMES = re.compile(
    r"[,.!;-] ?(?:right|correct|yes|yeah|no|true|ok|okay|(?:does|do|is|are|can|will|would) (?:it|they|you|i"
    r"|we))\s*\?|^(?:so|then) (?:i|you|we|it|the|my|an?|your)\b.*\?|^(?:given that|because|seeing that|now that)\b"
    r"|^as (?:i|you|we|it|the|my|an?|your|\w+ (?:is|are))\b|\b(?:isn't|aren't|doesn't|don't|can't|won't|didn't"
    r"|shouldn't) (?:it|that|they|you|i|we)\?|^since\b|\bsince (?:you|that's|it's|i can|returns|the shop)\b"
    r"|\bif i (?:order|buy|place|bought|ordered|were to)\b|(?:如果|要是|假如)?我?(?:今天|现在|明天)(?:下单|买|订)的?话?"
    r"|\byou (?:said|say|promise"
    r"|guarantee|give)\b"
    r"|\bi know (?:that )?(?:i|you|it|the|my)\b"
    r"|\b(?:site|page|website) says\b|\bi (?:heard|read|thought|understood|assume|gather|suppose|reckon|take it)\b"
    r"|\b(?:i (?:was|have been)|i['’]?ve been) told\b|\bapparently\b|\bsupposedly\b|\bas far as i know\b"
    r"|\bconfirm (?:that|you)\b|[,;] ?(?:right|correct|yes|yeah|innit|isn't it|don't they|don't you)\W*$"
    r"|据说|说是|听人说|听朋友说|我记得|(?:[的有能免月年次度斤费折米天]|会(?!员))[^，。]{0,2}吧\W*$"
    r"|(?:[能会月年天]|(?<!好)的)(?:哈|哦)\W*$"
    r"|[对是没行可好]吧|对不对|对不|没错[？?]|的话[，,]?(?:怎么|多少|放|要|在哪|教)|[^好]吧\s*[？?]|是不是|不是说|你们说|既然|听说|不是.{1,12}吗"
    r"|\b(?:any ?time|always|whenever|unlimited|as (?:many|often|much)|lifetime|forever)\b"
    r"|\b(?:even (?:if|after|when|though))\b"
    r"|随时|任何时候|随便|永久|终身|无限|不限|都(?:可以|能|行|算|给|免|包|有)|[就也](?:可以|能|行|算|免|包)"
)
_WHETHER = re.compile(
    r"\b(?:can|could|may|must|should|do|does|am|is|are|will|would) (?:i|one|we|people|customers|it|that|opened"
    r"|unopened|the \w+|my \w+|your \w+|some(?:one|body)|any(?:one|body))\b"
    r"|\bdo you\b|\bdoes\b|\bis it (?:possible|ok|okay|allowed|too late)\b|\b(?:possible|allowed|acceptable)\s*\?"
    r"|\bwhat (?:if|happens|are|counts|can)\b|\bwhich\b|\bwhen\b|\bhow do\b"
    r"|[能会][^，。]{1,10}不(?=\W|$)|可以[^，。]{1,10}不(?=\W|$)"
    r"|能不能|可不可以|行不行|可否|能.{0,14}吗|可以.{0,14}吗|支持.{0,14}吗|还?能.{0,10}[？?]|允许|要不要|需不需要|得.{0,8}吗"
    r"|会不会|如果|怎么算|什么(?:条件|情况|规定)|哪些"
)
_BIDS = re.compile(
    r"\b(?:can|could|would|will) (?:you|u|somebody|someone) (?!ship|deliver|take|accept|send to)|\bplease\b"
    r"|\bpls\b|\bi(?:'d| would) like\b"
    r"|\bi (?:want|need|wanna)\b|\blet me\b|帮我|给我|(?<![他她们友人])帮忙|麻烦"
    r"|请(?!问)|我要|我想(?!知道|问|了解|请教)|替我|把.{1,12}(?:改|换|退|取消)"
)
_THIS_ONE = re.compile(
    r"#\w|\b(?:this|that|these|those) (?:one|order|parcel|item|thing)\b"
    r"|这[一]?[个单款件台]|那[一]?[个单款件台]|刚[才刚]?(?:下|买)"
)


def presumes(words: str) -> bool:
    """Whether a message takes something for granted ("that's 60 days, right?")."""
    return _PRESUMES.search(plain(words)) is not None


def bids(words: str) -> bool:
    """Whether a message bids that something be done ("please ...", "I want ...", "帮我 ...")."""
    return _BIDS.search(plain(words)) is not None


def claims(words: str) -> bool:
    """Whether a message says a time or a share ("within 60 days", "20 %"), as rules do."""
    return any(found.kind in ("duration", "percent") for found in quantities(words))


def asks_rule(words: str) -> Rule:
    """How surely a message asks for a rule of the shop.

    Args:
        words: a request; personal data may be masked.
    """
    said = plain(words)
    if about_own(said) or _THIS_ONE.search(said):
        return Rule.SURELY if _PRESUMES.search(said) and not _BIDS.search(said) else Rule.NONE
    if _PRESUMES.search(said) or (_MEASURE.search(said) and signals().asks(said)):
        return Rule.SURELY
    if _BIDS.search(said) and not _MEASURE.search(said):
        return Rule.NONE
    return Rule.PERHAPS if _WHETHER.search(said) and not signals().points_back(said) else Rule.NONE
