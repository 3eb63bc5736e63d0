"""What a question wants to hear: an amount for "how much", a time for "how long", of the thing that it names."""

import re
from dataclasses import dataclass

from assistant.conversation.pages.rules_first import presumes
from assistant.routing.decision import RoutedIntent
from assistant.shop.analysis import analyse
from assistant.shop.places import regions_in
from assistant.shop.vocabulary import vocabulary
from assistant.text.quantities import quantities
from assistant.tools.results import PassageView

_KINDS = {
    "money": re.compile(
        r"\bhow much\b(?! (?:time|longer))|\b(?:price|cost|fee|charge)s?\b"
        r"|多少钱|多少块|运费多少|收费|费用|什么价|几块",
        re.I,
    ),
    "duration": re.compile(
        r"\bhow (?:long|soon|quick\w*|fast|many (?:\w+ )?(?:days|weeks|months|hours|years))\b"
        r"|(?<!until )\bwhen (?:do|will|does|can) "
        r"|多久|多长时间|几天|多少天|几个月|多少个月|几年|什么时候到|时效",
        re.I,
    ),
}
_ALIKE = {"money": {"money", "percent"}, "duration": {"duration"}}
_SHARED = 2
_SURE = 0.7
_GUIDES = "products/"
_NOT_MUCH = 0.75
_NEARLY = 0.8
_NEAR = 8
_STEM = 6
_ALSO = (
    (r"weight|重量| kg\b| g\b|千克", " heavy weigh light 多重 重吗 很重 轻吗 轻不"),
    (r"color|颜色|colou?r", " colour color black white blue green grey 颜色 黑色 白色 有几种 几种颜"),
    (
        r"\bcm\b|厘米|inch|英寸|size|尺寸",
        " large size wide tall long deep height width dimension 多大 尺寸 多高 多宽 多长",
    ),
    (r"battery|续航|电池", " long last runtime charge hour 多久 续航 充电 电池 能用 用多"),
    (r"\bdb\b|分贝|noise(?! cancel)|噪音", " loud quiet noisy noise silent 声音 吵吗 噪音 安静"),
    (r"material|材质", " made material 材质 材料 做的"),
    (r"bluetooth|wi-fi|usb|connection|连接", " connect wireless cable phone laptop 连接 无线 手机 蓝牙 电脑"),
    (r"warranty|保修", " guarantee warrant broken 质保 保修 保多"),
    (r"\bw\b|瓦|power|功率", " watt electric consumption energy 费电 耗电 功率"),
    (r"water|ip[x\d]|防水", " water proof rain shower swim 防水 淋雨"),
    (r"litre|升|capacity|容量", " capacity litre hold 容量 装多"),
)
"""Words that ask for what is told in other words."""
_GENERIC = re.compile(
    "^(?:tell|about|more|product|detail|info|information|show|look|what|which|does|have|with|this|that|much|cost|price"
    "|your|range|from|they|them|there|good|best|like|want|need|know|please|would|could|kind|describe|description|feature|spec"
    "|specification|buy|thing|item|model|version|come|coming|available|stock|sell|sold|shop|lumora|lumoras|left|right|"
    "biggest|expensive|cheap|cheaper|first|second|third|fourth|last|latter|former)$|[我你您的吗呢了个这那它有多少钱介绍什么怎样样请看说一下款价格哪些可以是不能和卖买想要详细情况信息参数产品商品给]"
)


_OTHER_GOODS = (
    r"\bused (?!to\b|for\b|with\b|in\b|by\b|as\b|it\b)|\b(?:second.?hand|pre.?owned|refurbished|renewed|ex.?display)\b"
    r"|二手|翻新|官翻|九成新|样机",
    r"\b(?:spare|replacement) parts?\b|零配件|零件|备件|替换件",
    r"\b(?:rent|rental|hire|lease)\b|租赁|出租|租一|能租|可以租",
)
"""Kinds of goods that are named beside the product: they must be told of where they are asked for."""

_HOW_IT_IS = re.compile(
    r"^\W*(?:(?:so|and|but|hi|hello),? )?(?:how|when|where|does|do (?:your|the|these|those)"
    r"|(?:is|are) (?:your|the|it|they|these|those)|can|could|may|will|would|should)\b"
    r"|怎么(?!卖)|是不是|(?:能|会|可以)[^，。]{0,14}[吗不么]\W*$",
    re.I,
)
_WHO_OR_WHY = re.compile(r"^\W*(?:who|why)\b|谁|为什么|为啥", re.I)
_WHAT_THERE_IS = re.compile(
    r"\b(?:have|sell|stock|carry|got|offer|find|show|recommend|suggest|look\w*|cheap\w*|buy|get|there|choose|need|want"
    r"|which|much|compare|gift|present|suit\w*|good|best|better)\b"
    r"|[有卖找买选送]|推荐|看看|适合|便宜|哪[款个种]|多少钱|比较|对比|[更最]",
    re.I,
)

_WHICH_THERE_ARE = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,4}?(?:do|have) you (?:have|sell|got|stock|carry|offer)\b"
    r"|\bwhich (?:[\w-]+ ){1,4}(?:is|are) (?:the )?(?:better|best)\b"
    r"|\bhow much (?:is|are) (?:the|that|this|your|a|an)\b"
    r"|\bis there an? (?!discount|way|fee|limit|charge|minimum|rule)"
    r"|多少钱|什么价"
    r"|\b(?:show|list) me\b|\b(?:have you|do you) (?:got|have|sell) any\b"
    r"|有哪[些几]|有没有|都有(?:什么|哪)|有(?:什么|啥)|哪[款台个种]\S{0,12}(?:更|最|比较)?(?:好|适合)",
    re.I,
)
_LATER = re.compile(
    r"\bnext (?:month|year|season|spring|summer|autumn|fall|winter)\b|\bin (?:the future|a few months)\b"
    r"|明年|来年|下个?(?:月|季)|将来|以后会|今后",
    re.I,
)
_MAKER = re.compile(r"\b([A-Z][a-z]{2,}[A-Za-z]*)(?:'s)? (?=((?:[a-z]+ ?){1,2}))")
"""A name written large, and the words after it, which may say what it is the name of."""


@dataclass(frozen=True)
class Wanted:
    """What the answer must hold.

    Attributes:
        kind: `money` or `duration`.
        places: regions of delivery that the question names, each by its names.
        things: kinds of products that it names.
    """

    kind: str
    places: tuple[tuple[str, str], ...] = ()
    things: frozenset[str] = frozenset()

    def met_by(self, sentence: str) -> bool:
        """Whether one sentence (or row of a table) holds such a quantity, and not of something else than was named."""
        kinds = ("money", "percent") if self.kind == "money" else (self.kind,)
        if not any(found.kind in kinds for found in quantities(sentence)):
            return False
        places = regions_in(sentence)
        if places and not all(any(name in sentence for name in names) for names in self.places):
            return False
        told = _things(sentence) if self.things else frozenset()
        return not told or bool(self.things & told)


def _words(text: str) -> set[str]:
    latin = {word.removesuffix("s") for word in re.findall(r"[a-z]{4,}", text.lower())}
    han = re.sub(r"[^\u4e00-\u9fff]", " ", text)
    return latin | {han[at : at + 2] for at in range(len(han) - 1) if " " not in han[at : at + 2]}


def asks_beyond(question: str, told: str, named: str) -> bool:
    """Whether a question about a product asks for something that what is told of it says no word about.

    Args:
        question: of the customer.
        told: what the reply says of the product.
        named: the names that the product goes by.
    """
    asked = {word for word in _words(question) - _words(named) if not _GENERIC.search(word)}
    asked = {word for word in asked if not any(word in kind or kind in word for kind in _things_named(question))}
    lowered = told.casefold()
    lowered += " ".join(also for mark, also in _ALSO if re.search(mark, lowered))
    return bool(asked) and not any(word[:_STEM] in lowered for word in asked)


def asks_how_it_is(question: str) -> bool:
    """Whether a question is about how a kind of product is ("does your kettle do soup?"), not about what there is."""
    if _WHO_OR_WHY.search(question):
        return True
    return _HOW_IT_IS.search(question) is not None and _WHAT_THERE_IS.search(question) is None


def asks_of_later(question: str) -> bool:
    """Whether a question is about a time that nothing is known of yet ("will you have it in yellow next spring?")."""
    return _LATER.search(question) is not None


def wants_other_goods(question: str, told: str) -> bool:
    """Whether a search is for goods that what was found says nothing of: used ones, spare parts, another maker's.

    Args:
        question: of the customer.
        told: what was found, as the reply says it.
    """
    lowered = told.casefold()
    if any(not re.search(mark, lowered) for mark in _OTHER_GOODS if re.search(mark, question, re.I)):
        return True
    words = vocabulary()
    makers = [match for match in _MAKER.finditer(question) if _within(question, match.start())]
    return any(
        match[1].casefold() not in lowered and bool(analyse(match[1], words).unexplained) and bool(_kinds(match[2]))
        for match in makers
    )


def _within(text: str, at: int) -> bool:
    """Whether a word stands within a sentence, where only names are written large."""
    before = text[:at].rstrip()
    return bool(before) and before[-1] not in '.!?:;"“'


def _things_named(question: str) -> frozenset[str]:
    return frozenset(kind.removesuffix("s") for kind in _things(question))


def is_guide(passages: tuple[PassageView, ...]) -> bool:
    """Whether the passage found first tells how to use a kind of product, rather than a rule of the shop."""
    return bool(passages) and passages[0].page.startswith(_GUIDES)


def leads_astray(passages: tuple[PassageView, ...], intent: RoutedIntent) -> bool:
    """Whether a question about a rule found a product's guide first: "my kettle broke, is it under warranty?"."""
    if not is_guide(passages) or intent.probability < _SURE:
        return False
    return intent.intent.endswith(("_policy", "_cards", "promotions"))


def wanted(question: str) -> Wanted | None:
    """What a question asks for, or takes for granted; None where anything may answer it."""
    asked = [kind for kind, pattern in _KINDS.items() if pattern.search(question)]
    if not asked and presumes(question):
        said = {found.kind for found in quantities(question)}
        asked = [kind for kind, alike in _ALIKE.items() if said & alike]
    if len(asked) != 1:
        return None
    return Wanted(asked[0], tuple(regions_in(question).values()), _things(question))


def of_the_kind(question: str, passages: tuple[PassageView, ...]) -> tuple[PassageView, ...]:
    """The passages, one whose heading names the product that the question names first before one that names others.

    "Can earbuds go back like headphones?" is about earbuds, though both sections say nearly the same words.
    """
    asked = _kinds(question)
    named = set(_kinds(passages[0].heading))
    if not asked or not named or asked[0] in named:
        return passages
    near = (p for p in passages[1:] if p.score >= _NEARLY * passages[0].score and asked[0] in _kinds(p.heading))
    better = next(near, None)
    return passages if better is None else (better, *(p for p in passages if p is not better))


def _kinds(text: str) -> tuple[str, ...]:
    words = vocabulary()
    return analyse(text, words).kinds(words)


def _things(text: str) -> frozenset[str]:
    words = vocabulary()
    return frozenset(analyse(text, words).kinds(words))


def asks_which_there_are(words: str) -> bool:
    """Whether a question wants things of the shop to be shown, rather than to be told how such things are."""
    return _WHICH_THERE_ARE.search(words) is not None
