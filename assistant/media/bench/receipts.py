"""Receipts as customers photograph them: drawn, then turned, blurred, shaded and pressed into a JPEG."""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import OperatorError
from assistant.shop.records import Order
from assistant.text.formatting import say_date
from assistant.text.language import Language

if TYPE_CHECKING:
    from PIL.Image import Image

COUNT = 32
TURNS = (0, 4, -7, 11, -14, 90, 180, 270)
BLURS = (0.0, 0.7, 1.1, 1.5)
_SIZE = 26
_WIDTH = 760
_FONTS = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "{shop} RECEIPT",
        "order": "Order No. {}",
        "date": "Date: {}",
        "sku": "SKU {}",
        "total": "TOTAL  {}",
    },
    "zh": {
        "title": "{shop} 购物收据",
        "order": "订单号：{}",
        "date": "日期：{}",
        "sku": "货号：{}",
        "total": "合计：{}",
    },
}


@dataclass(frozen=True)
class Receipt:
    """One photo of a receipt, and what it shows.

    Attributes:
        order: whose receipt it is.
        language: of its words.
        smudged: whether the order's number can't be read.
        content: the JPEG file.
    """

    order: Order
    language: Language
    smudged: bool
    turn: float
    blur: float
    content: bytes


def receipts(orders: Sequence[Order], shop: str, seed: int = 7, count: int = COUNT) -> tuple[Receipt, ...]:
    """Photos of receipts in both languages; every eighth with a smudge over the number, every fourth with a barcode.

    Raises:
        OperatorError: no font with Chinese characters is installed.
    """
    dice = random.Random(seed)
    made = []
    for place in range(count):
        order, language = orders[place % len(orders)], ("en", "zh")[place % 2]
        turn = TURNS[(place // 2) % len(TURNS)]
        blur = BLURS[(place // 4) % len(BLURS)]
        smudged, barcode = place % 8 == 5, place % 4 == 2
        picture = _drawn(order, "zh" if language == "zh" else "en", shop, smudged=smudged, barcode=barcode)
        content = _photographed(picture, turn, blur, dice)
        made.append(Receipt(order, "zh" if language == "zh" else "en", smudged, turn, blur, content))
    return tuple(made)


def _drawn(order: Order, language: Language, shop: str, *, smudged: bool, barcode: bool) -> "Image":
    from PIL import Image, ImageDraw

    words, font = _WORDS[language], _font()
    lines = [words["title"].format(shop=shop), ""]
    lines += [words["order"].format(order.order_id)]
    if order.placed_at:
        lines += [words["date"].format(say_date(order.placed_at.date(), language))]
        if str(order.placed_at.year) not in lines[-1]:
            lines[-1] = words["date"].format(order.placed_at.date().isoformat())
    lines += [""]
    for item in order.items:
        name = item.name_zh if language == "zh" and item.name_zh else item.name
        lines += [f"{name[:34]}   {item.price}", "  " + words["sku"].format(item.item_id)]
    lines += ["", words["total"].format(order.total)]
    height = 80 + len(lines) * 44 + (150 if barcode else 0)
    picture = Image.new("RGB", (_WIDTH, height), (250, 249, 245))
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((40, 40 + 44 * place), line, fill=(35, 35, 40), font=font)
    if smudged:
        top = 40 + 44 * 2
        pen.rectangle((36, top - 4, _WIDTH - 60, top + 38), fill=(120, 110, 100))
    if barcode:
        code = _barcode(order.order_id.lstrip("#"))
        picture.paste(code, (40, height - 140))
    return picture


def _barcode(text: str) -> "Image":
    import zxingcpp
    from PIL import Image

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    pixels: Any = made.to_image(scale=3, add_quiet_zones=True)
    picture = Image.fromarray(pixels) if not isinstance(pixels, Image.Image) else pixels
    return picture.convert("RGB").resize((420, 100))


def _photographed(picture: "Image", turn: float, blur: float, dice: random.Random) -> bytes:
    from PIL import Image, ImageFilter

    table = Image.new("RGB", (picture.width + 120, picture.height + 120), (150, 140, 128))
    table.paste(picture, (60, 60))
    table = table.rotate(turn, expand=True, fillcolor=(150, 140, 128), resample=Image.Resampling.BICUBIC)
    shade = Image.linear_gradient("L").resize(table.size).point(lambda level: 150 + level * 105 // 255)
    table = Image.composite(table, Image.new("RGB", table.size, (30, 28, 25)), shade)
    if blur:
        table = table.filter(ImageFilter.GaussianBlur(blur))
    out = io.BytesIO()
    table.save(out, "JPEG", quality=dice.choice((60, 75, 88)))
    return out.getvalue()


@lru_cache
def _font() -> Any:
    from PIL import ImageFont

    for name in _FONTS:
        for folder in _FOLDERS:
            for path in sorted(Path(folder).rglob(name)):
                return ImageFont.truetype(str(path), _SIZE)
    raise OperatorError("no font with Chinese characters is installed", fix="apt-get install fonts-noto-cjk")
