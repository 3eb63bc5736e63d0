"""Makes personal data, and things that look like it, in the many forms in which people type them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.text.language import Language
from assistant.text.masking import Account

PERSONAL = ("EMAIL", "PHONE", "CARD", "IBAN", "ID", "ADDRESS", "NAME")
HARMLESS = ("order", "tracking", "price", "date", "sku", "product", "quantity", "words")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HAN_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True)
class Item:
    """Something to plant: its kind, how it is written, whose account would know it, and a title that may stay."""

    kind: str
    text: str
    account: Account | None = None
    title: str = ""


class ItemMaker:
    """Makes items, always the same ones from the same seed.

    Args:
        written: what `evals/masking/items.yaml` holds.
        language: of the customer.
        seed: decides everything.
    """

    def __init__(self, written: Mapping[str, Any], language: Language, seed: int) -> None:
        self._written = written
        self._language = language
        self._random = random.Random(f"{language}-{seed}")

    def make(self, kind: str) -> Item:
        """One more item of `kind`."""
        if kind == "NAME":
            return self._name()
        return Item(kind, str(getattr(self, f"_{kind.lower()}")()))

    def _one(self, values: Sequence[Any]) -> Any:
        return self._random.choice(values)

    def _digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))

    def _name(self) -> Item:
        first, last = self._one(self._written["names"][self._language])
        account = Account(first_name=first, last_name=last)
        if self._language == "zh":
            forms = [last + first, last + first, f"{last} {first}", f"{last}女士", *([first] if len(first) > 1 else [])]
        else:
            forms = [f"{first} {last}", f"{last}, {first}", first, last, f"{first} {last}".lower(), first.upper()]
            forms += [f"{first[0]}. {last}", f"Mrs {last}", f"{first}  {last}"]
        text = self._one(forms)
        return Item(
            "NAME", text, account, title="Mrs " if text.startswith("Mrs ") else "女士" if "女士" in text else ""
        )

    def _email(self) -> str:
        name, host = self._one(self._written["email_names"]), self._one(self._written["email_hosts"])
        plain = f"{name}@{host}"
        dotted = host.replace(".", " dot ")
        spelled = name.replace(".", " dot ").replace("_", " underscore ")
        forms = [plain] * 4 + [
            plain.upper(),
            f"{name} @ {host}",
            f"{name}@{host.replace('.', ' . ')}",
            f"{name}(at){host}",
            f"{name} [at] {host.replace('.', '[dot]')}",
            f"{name} at {dotted}",
            f"{spelled} at {dotted}",
            f"{name} AT {host.replace('.', ' DOT ')}",
            plain.translate(_FULL_WIDTH),
            f"{name}＠{host}",
            f"{name}@\n{host}",
            f"{name}@ {host}",
        ]
        if self._language == "zh":
            forms += [
                f"{name}艾特{host.replace('.', '点')}",
                f"{name}@{host.replace('.', '点')}",
                plain.replace(".", "。"),
            ]
        return str(self._one(forms))

    def _phone(self) -> str:
        if self._language == "zh":
            mobile = self._one(["138", "159", "186", "177", "199", "133"]) + self._digits(8)
            area = self._one(["010", "021", "0571", "0755", "028"])
            line = self._one("2345678") + self._digits(7)
            grouped = (mobile[:3], mobile[3:7], mobile[7:])
            forms = [mobile] * 4 + [" ".join(grouped)] * 2 + ["-".join(grouped), f"+86 {mobile}", f"+86{mobile}"]
            forms += [f"86-{mobile}", f"0086 {' '.join(grouped)}", mobile.translate(_FULL_WIDTH), "－".join(grouped)]
            forms += [f"{area}-{line}", f"({area}){line}", f"{area} {line[:4]} {line[4:]}", f"{area}{line}"]
            forms += [
                f"（{area}）{line}",
                mobile.translate(_HAN_DIGITS),
                f"(+86) {mobile}",
                "\n".join((mobile[:3], mobile[3:])),
            ]
            forms += [f"{area}-{line}转802", ".".join(grouped), "　".join(grouped), f"{mobile[:3]} {mobile[3:]}"]
            return str(self._one(forms))
        area, middle, last = (
            f"{self._one('23456789')}{self._digits(2)}",
            f"{self._one('23456789')}{self._digits(2)}",
            self._digits(4),
        )
        tail = self._digits(6)
        forms = [
            f"({area}) {middle}-{last}",
            f"{area}-{middle}-{last}",
            f"{area}.{middle}.{last}",
            f"{area} {middle} {last}",
        ]
        forms += [
            f"+1 {area} {middle} {last}",
            f"+1-{area}-{middle}-{last}",
            f"1-{area}-{middle}-{last}",
            f"+1{area}{middle}{last}",
        ]
        forms += [f"({area}){middle}-{last}", f"({area}) {middle}-{last} ext. 12", f"{area} - {middle} - {last}"]
        forms += [
            f"+44 7{self._digits(3)} {tail}",
            f"07{self._digits(3)} {tail}",
            f"07{self._digits(9)}",
            f"+44 (0)20 7{self._digits(3)} {last}",
        ]
        forms += [
            f"020 7{self._digits(3)} {last}",
            f"0161 {self._digits(3)} {last}",
            f"01632 {tail}",
            f"0044 7{self._digits(3)} {tail}",
        ]
        forms += [
            f"+49 151 {self._digits(8)}",
            f"+33 6 {' '.join(self._digits(2) for _ in range(4))}",
            f"+86 138{self._digits(8)}",
        ]
        forms += [
            f"{area}–{middle}–{last}",
            f"({area}) {middle}-{last}".translate(_FULL_WIDTH),
            f"{area}-{middle}\n{last}",
        ]
        words = "zero one two three four five six seven eight nine".split()
        forms += [" ".join(words[int(digit)] for digit in area + middle + last)]
        return str(self._one(forms))

    def _card(self) -> str:
        prefix, size = self._one(
            [
                ("4", 16),
                ("4", 16),
                ("51", 16),
                ("55", 16),
                ("37", 15),
                ("6011", 16),
                ("62", 16),
                ("62", 19),
                ("3530", 16),
            ]
        )
        body = prefix + self._digits(size - len(prefix) - 1)
        number = next(body + str(check) for check in range(10) if _luhn(body + str(check)))
        if size == 15:
            groups = (number[:4], number[4:10], number[10:])
        else:
            groups = tuple(number[at : at + 4] for at in range(0, size, 4))
        forms = [number, number, " ".join(groups), " ".join(groups), "-".join(groups), ".".join(groups)]
        forms += [
            number.translate(_FULL_WIDTH),
            "  ".join(groups),
            "–".join(groups),
            " ".join(groups[:2]) + "\n" + " ".join(groups[2:]),
        ]
        return str(self._one(forms))

    def _iban(self) -> str:
        country, form = self._one(
            [
                ("DE", "9" * 18),
                ("GB", "A" * 4 + "9" * 14),
                ("FR", "9" * 23),
                ("NL", "AAAA9999999999"),
                ("ES", "9" * 20),
                ("CH", "9" * 17),
            ]
        )
        body = "".join(self._one("ABCDEFGHKLMN") if kind == "A" else self._one("0123456789") for kind in form)
        moved = "".join(str(int(character, 36)) for character in f"{body}{country}00")
        number = f"{country}{98 - int(moved) % 97:02d}{body}"
        groups = [number[at : at + 4] for at in range(0, len(number), 4)]
        forms = [number, " ".join(groups), " ".join(groups), "-".join(groups), number.lower(), " ".join(groups).lower()]
        forms += [number.translate(_FULL_WIDTH), " ".join(groups[:3]) + "\n" + " ".join(groups[3:])]
        return str(self._one(forms))

    def _id(self) -> str:
        region = self._one(["110105", "310104", "330106", "440305", "510107", "420111"])
        born = f"{self._random.randint(1950, 2005)}{self._random.randint(1, 12):02d}{self._random.randint(1, 28):02d}"
        body = region + born + self._digits(3)
        total = sum(
            w * int(d) for w, d in zip((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), body, strict=True)
        )
        number = body + "10X98765432"[total % 11]
        forms = [
            number,
            number,
            number.lower(),
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
        ]
        forms += [
            number.translate(_FULL_WIDTH),
            f"{number[:3]} {number[3:6]} {number[6:10]} {number[10:14]} {number[14:]}",
        ]
        return str(self._one(forms))

    def _address(self) -> str:
        plain = str(self._one(self._written["addresses"][self._language]))
        if self._language == "zh":
            spaced = plain.replace("区", "区 ", 1).replace("号", "号 ", 1).strip()
            forms = [plain] * 3 + [spaced, "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in plain)]
            return str(self._one(forms))
        forms = [plain] * 4 + [
            plain.lower(),
            plain.upper(),
            plain.replace(", ", ",\n"),
            plain.replace(",", " ,"),
            plain.replace(",", "，"),
        ]
        return str(self._one(forms))

    def _order(self) -> str:
        number = self._digits(7)
        return str(
            self._one(
                [f"W{number}", f"#W{number}", f"w{number}", f"#{number}", f"W {number}", f"#W{number[:3]}-{number[3:]}"]
            )
        )

    def _tracking(self) -> str:
        forms = [
            self._digits(12),
            f"1Z{self._digits(6)}AB{self._digits(8)}",
            f"SF{self._digits(13)}",
            f"RR{self._digits(9)}CN",
        ]
        forms += [
            f"9400{self._digits(18)}",
            f"YT{self._digits(13)}",
            f"JD{self._digits(12)}",
            f"JJD{self._digits(16)}",
            f"31{self._digits(11)}",
        ]
        forms += [
            f"9261 29{self._digits(2)} {self._digits(4)} {self._digits(4)} {self._digits(4)} {self._digits(2)}",
            f"4{self._digits(11)}",
        ]
        return str(self._one(forms))

    def _price(self) -> str:
        whole, cents = self._random.randint(1, 4999), self._random.choice(["00", "50", "99", "95"])
        forms = [
            f"${whole}.{cents}",
            f"${whole:,}.{cents}",
            f"{whole}.{cents} USD",
            f"€{whole},{cents}",
            f"£{whole}",
            f"{whole} dollars",
        ]
        zh = [
            f"¥{whole}.{cents}",
            f"{whole}元",
            f"{whole}.{cents}元",
            f"￥{whole}",
            f"{whole}块",
            f"人民币{whole}.{cents}",
        ]
        return str(self._one(zh + forms[:2] if self._language == "zh" else forms))

    def _date(self) -> str:
        year, month, day = self._random.randint(2024, 2027), self._random.randint(1, 12), self._random.randint(1, 28)
        forms = [
            f"{year}-{month:02d}-{day:02d}",
            f"{day}/{month}/{year}",
            f"{month:02d}/{day:02d}/{year}",
            f"{day:02d}.{month:02d}.{year}",
        ]
        forms += [f"{year}-{month:02d}-{day:02d} 14:30", f"{day} November {year}", f"{year}{month:02d}{day:02d}"]
        zh = [
            f"{year}年{month}月{day}日",
            f"{month}月{day}号",
            f"{year}/{month}/{day}",
            f"{month}月{day}日14:30",
            f"{day}号",
        ]
        return str(self._one(zh + forms[:1] if self._language == "zh" else forms))

    def _sku(self) -> str:
        forms = [
            self._digits(10),
            f"SKU-{self._digits(5)}",
            f"AB-{self._digits(4)}-{self._digits(2)}",
            f"B0{self._digits(2)}K{self._digits(4)}X",
        ]
        forms += [
            f"item {self._digits(10)}",
            f"LMR-{self._digits(3)}-BLK",
            f"X{self._digits(3)}",
            f"{self._digits(4)}-{self._digits(3)}-BL",
        ]
        return str(self._one(forms))

    def _product(self) -> str:
        return str(self._one(self._written["products"][self._language]))

    def _quantity(self) -> str:
        return str(self._one(self._written["quantities"][self._language]))

    def _words(self) -> str:
        return str(self._one(self._written["words"][self._language]))


def _luhn(digits: str) -> bool:
    total = sum(sum(map(int, str(2 * int(d)))) if at % 2 else int(d) for at, d in enumerate(reversed(digits)))
    return total % 10 == 0
