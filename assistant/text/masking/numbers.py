"""Numbers that carry their own proof: cards (Luhn), bank accounts (mod 97), Chinese identity numbers."""

import re
from collections.abc import Iterator

from assistant.text.masking.folding import Found, before

NOT_PERSONAL = re.compile(
    r"(?:orders?|tracking|parcel|package|shipment|shipping|waybill|consignment|invoice|receipt|items?|sku|product|model|serial|"
    r"article|part|coupon|voucher|promo|reference|ref|ticket|case|barcode|ean|upc|isbn|imei|batch|lot|gift ?card)"
    r"\s*(?:numbers?|nos?\.?|nr\.?|ids?|codes?|#)?\s*(?:is|was|are|reads|says|=|:|-|：)?\s*[#(\[\"'“]?\s*$"
    r"|(?:订单|运单|快递单?|物流单?|包裹|货运|单|商品|货|产品|型|序列|发票|优惠券?|条形?码|礼品卡|批次|追踪|跟踪|参考)(?:编?号码?|代码|码)?"
    r"\s*(?:是|为|=|:|：)?\s*[#(（\[\"“「]?\s*$",
    re.IGNORECASE,
)
"""What stands before a number that names a thing and not a person."""

_CARD_CUE = re.compile(
    r"\b(?:card|visa|mastercard|amex|american express|maestro|debit|credit|discover|diners|unionpay)\b|"
    r"卡号|银行卡|信用卡|储蓄卡|借记卡|银联|卡",
    re.I,
)
_CARD = re.compile(r"(?<![A-Za-z0-9#_])\d(?:(?:\s{0,2}[-.]?\s{0,2})\d){12,18}(?![A-Za-z0-9_])")
_ID = re.compile(r"(?<![A-Za-z0-9#_])\d(?:[\s-]?\d){16}[\s-]?[\dXx×](?![A-Za-z0-9_])")
_OLD_ID = re.compile(r"(?<![A-Za-z0-9#_])\d{6}[\s-]?\d{6}[\s-]?\d{3}(?![A-Za-z0-9_])")
_ID_CUE = re.compile(r"身份证|证件|\bid(?:entity)?(?: card)?\b|\bidentity\b", re.I)
_PAPERS = re.compile(
    r"(?:\b(?:ssn|social security|passport|driving licence|driver'?s license)\b|护照|驾照|社保)(?: "
    r"?(?:number|no\.?|号码?|#))?"
    r"\W{0,3}(?:is|:|是|为)?\W{0,3}(?P<number>\d{3}-\d{2}-\d{4}|(?=[A-Za-z]*\d)[A-Za-z]{0,3}\d{6,12})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_REGION = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[\s-]?\d{2}(?=[\s-]{0,2}[A-Za-z0-9])")
_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DK FO FI GL NL", "19": "MK SI", "20": "AT BA EE KZ LT LU XK",
        "21": "CH CR HR LI LV", "22": "BG BH DE GB GE IE ME RS VA", "23": "AE GI IL IQ TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR", "27": "FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB PL SV", "29": "BR EG PS QA UA", "30": "JO KW MU", "31": "MT SC", "32": "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip


def ibans(text: str) -> Iterator[Found]:
    """Bank account numbers (ISO 13616) with the right length for their country and the right check digits."""
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match.group()[:2].upper())
        if length is None:
            continue
        kept: list[str] = []
        end = match.start()
        for at in range(match.start(), min(len(text), match.start() + 3 * length)):
            if text[at].isascii() and text[at].isalnum():
                kept.append(text[at])
                end = at + 1
                if len(kept) == length:
                    break
            elif text[at] not in " -\n.":
                break
        glued = end < len(text) and text[end].isascii() and text[end].isalnum()
        if len(kept) == length and not glued and _mod_97("".join(kept)):
            yield Found("IBAN", match.start(), end)


def cards(text: str) -> Iterator[Found]:
    """Payment card numbers (ISO/IEC 7812-1): a known issuer, its length, the Luhn check digit."""
    for match in _CARD.finditer(text):
        start, end = match.start(), match.end()
        while end > start:
            digits = re.sub(r"\D", "", text[start:end])
            if len(digits) < 13:
                break
            if _is_card(digits, text, start):
                yield Found("CARD", start, end)
                break
            end = _without_last_group(text, start, end)


def identity_numbers(text: str) -> Iterator[Found]:
    """Chinese identity numbers (GB 11643): region, date of birth, check digit; the old short form after a cue."""
    for match in _ID.finditer(text):
        number = re.sub(r"[\s-]", "", match.group()).upper().replace("×", "X")
        cued = bool(_ID_CUE.search(before(text, match.start(), 20)))
        if _born(number[6:14]) and _REGION.match(number) and (_check_digit(number) or cued):
            yield Found("ID", match.start(), match.end())
    for match in _OLD_ID.finditer(text):
        number = re.sub(r"[\s-]", "", match.group())
        if _REGION.match(number) and _born("19" + number[6:12]) and _ID_CUE.search(before(text, match.start(), 20)):
            yield Found("ID", match.start(), match.end())


def papers(text: str) -> Iterator[Found]:
    """Passport and social security numbers, which only the words before them give away."""
    for match in _PAPERS.finditer(text):
        yield Found("ID", match.start("number"), match.end("number"))


def _is_card(digits: str, text: str, start: int) -> bool:
    cued = bool(_CARD_CUE.search(before(text, start, 30)))
    if not _luhn(digits) or (not cued and NOT_PERSONAL.search(before(text, start))):
        return False
    size = len(digits)
    issuers = (
        digits[0] == "4" and size in (13, 16, 19),
        (51 <= int(digits[:2]) <= 55 or 2221 <= int(digits[:4]) <= 2720) and size == 16,
        digits[:2] in ("34", "37") and size == 15,
        (digits[:4] == "6011" or digits[:2] == "65" or 644 <= int(digits[:3]) <= 649) and size in (16, 19),
        digits[:2] in ("62", "81") and 16 <= size <= 19,
        3528 <= int(digits[:4]) <= 3589 and size == 16,
        (digits[:2] in ("36", "38", "39") or 300 <= int(digits[:3]) <= 305) and size == 14,
        cued and digits[0] in "569" and 13 <= size <= 19,
    )
    return any(issuers)


def _without_last_group(text: str, start: int, end: int) -> int:
    """The end of the number without its last group of digits: the next number may follow without a comma."""
    shorter = re.search(r"[\s.-]+\d+$", text[start:end])
    return start + shorter.start() if shorter else start


def _luhn(digits: str) -> bool:
    numbers = [int(digit) for digit in digits]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in numbers[-2::-2])
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def _mod_97(iban: str) -> bool:
    moved = (iban[4:] + iban[:4]).upper()
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _check_digit(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1]


def _born(date: str) -> bool:
    return 1850 <= int(date[:4]) <= 2099 and 1 <= int(date[4:6]) <= 12 and 1 <= int(date[6:]) <= 31
