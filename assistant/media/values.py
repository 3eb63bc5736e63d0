"""Order numbers, amounts, dates and item numbers in words that a machine read or heard."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from assistant.conversation.heard.attached import ReadValues
from assistant.shop.order_numbers import normalise_order_number

_T = TypeVar("_T")

_LABEL_ORDER = re.compile(
    r"(?:\border\s*(?:number|no\b\.?|nr\b\.?|id|#)?|订单(?:编号|号码|号)?|單號|单号)\s*[:：#.]*\s*(?:is\s+|是\s*)?",
    re.IGNORECASE,
)
_ORDER_SHAPE = re.compile(r"#?\s?[A-Za-z]?[\s-]?[0-9OoQDIl|SBZ]{5,10}(?![\w])", re.ASCII)
_MARKED = re.compile(r"(?<![\w#])(?:#\s?[A-Za-z]?|[Ww])[\s-]?[0-9OoQDIl|SBZ]{5,10}(?!\w)", re.ASCII)
_BARE = re.compile(r"(?<![\w$¥€£.,#-])\d{6,8}(?![\w]|[.,]\d)", re.ASCII)
_LOOKALIKE = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "|": "1", "S": "5", "B": "8", "Z": "2"}
)
_MONEY = re.compile(
    r"(?:(?:US)?\$|[¥￥€£]|\bUSD|\bCNY|\bRMB)\s*(\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.。·]\s?(\d{2}))?(?!\d)"
    r"|(?<![\w.#-])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?\s*(?:元|块|美元|dollars?\b|USD\b|yuan\b)",
    re.IGNORECASE,
)
_PLAIN_MONEY = re.compile(r"(?<![\w.#-])(\d{1,3}(?:,\d{3})+|\d+)\.(\d{2})(?![\d.])")
_TOTAL = re.compile(
    r"\b(?:grand\s+)?total\b(?!\s*items)|amount\s*(?:due|paid)|\bpaid\b|合计|总计|实付|应付|总额|总金额", re.IGNORECASE
)
_NOT_TOTAL = re.compile(r"sub\s*-?\s*total|小计", re.IGNORECASE)
_SKU = re.compile(
    r"(?:\b(?:SKU|item\s*(?:no\b\.?|number|id|#)|art(?:icle)?\.?\s*no\b\.?)|货号|商品编号|商品编码|款号)"
    r"\s*[:：#.]*\s*([A-Z0-9][A-Z0-9-]{4,20})",
    re.IGNORECASE,
)
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DAY_FORMS = (
    (re.compile(r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.-]*([A-Za-z]{3,9})\.?,?[\s.-]*(20\d\d)(?!\d)"), (3, 2, 1)),
    (re.compile(r"\b([A-Za-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s*(20\d\d)(?!\d)"), (3, 1, 2)),
)
_ITEM_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{5,20}", re.IGNORECASE)


def values_in(lines: Sequence[str], barcodes: Iterable[str] = ()) -> ReadValues:
    """What lines of text and barcodes tell.

    Args:
        lines: of a document from top to bottom, or one line that was heard.
        barcodes: their texts; a barcode is never misread, so its order number comes first.
    """
    plain = [unicodedata.normalize("NFKC", line) for line in lines]
    codes = [code.strip() for code in barcodes]
    of_codes = [order for code in codes for order in _orders(code)]
    orders = [*of_codes, *(order for line in plain for order in _orders(line))]
    items = [match[1].upper() for line in plain for match in _SKU.finditer(line)]
    items += [code for code in codes if not _orders(code) and _ITEM_CODE.fullmatch(code)]
    numbers = {re.sub(r"\D", "", order) for order in orders}
    return ReadValues(
        orders=_once(orders),
        amounts=_amounts(plain),
        dates=_once(day for line in plain for day in _dates(line)),
        items=_once(item for item in items if item not in numbers),
    )


def _orders(line: str) -> list[str]:
    without_items = _SKU.sub(" ", line)
    found: list[tuple[int, str]] = [(match.start(), match[0]) for match in _MARKED.finditer(without_items)]
    labelled = (_ORDER_SHAPE.match(without_items, label.end()) for label in _LABEL_ORDER.finditer(without_items))
    found += [(shape.start(), shape[0]) for shape in labelled if shape]
    found += [(match.start(), match[0]) for match in _BARE.finditer(without_items)]
    taken = [_mended(written) for _, written in sorted(found)]
    return list(_once(order for order in taken if order is not None))


def _mended(written: str) -> str | None:
    """An order number with letters that machines take for digits put right; None where it isn't one."""
    match = re.fullmatch(r"(#?)\s?([A-Za-z]?)[\s-]?([0-9OoQDIl|SBZ]{5,10})", written.strip())
    if match is None or sum(char.isdigit() for char in match[3]) < 3:
        return None
    return normalise_order_number(f"#{match[2]}{match[3].translate(_LOOKALIKE)}")


def _amounts(lines: Sequence[str]) -> tuple[int, ...]:
    """The total where one is named, else every amount, the largest first."""
    totals: list[int] = []
    others: list[int] = []
    for place, line in enumerate(lines):
        found = _money(line)
        if _TOTAL.search(line) and not _NOT_TOTAL.search(line):
            following = lines[place + 1] if place + 1 < len(lines) else ""
            totals += found or [int(m[1].replace(",", "")) * 100 + int(m[2]) for m in _PLAIN_MONEY.finditer(line)]
            totals += [] if totals else _money(following)
        else:
            others += found
    return _once(totals) if totals else _once(sorted(others, reverse=True))


def _money(line: str) -> list[int]:
    found = []
    for match in _MONEY.finditer(line):
        whole, cents = (match[1], match[2]) if match[1] else (match[3], match[4])
        found.append(int(re.sub(r"[,，]", "", whole)) * 100 + int(cents or 0))
    return found


def _dates(line: str) -> list[date]:
    found = []
    for pattern, places in _DAY_FORMS:
        for match in pattern.finditer(line):
            year, month, day = (match[place] for place in places)
            number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
            try:
                found.append(date(int(year), number, int(day)))
            except ValueError:
                continue
    return found


def _once(found: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))
