"""Personal data is masked however it is typed, and what only looks like it is left alone."""

from pathlib import Path

import pytest
import yaml

from assistant.evaluation.masking.measure import measure
from assistant.text.language import Language
from assistant.text.masking import MASK, Account, Masker, find_personal, mask_for_good

EVALS = Path(__file__).parents[2] / "evals"
MIA = Account("Mia", "Chen", streets=("12 Oak Street",), codes=("BS1 4DJ",), ids=("mia_chen_1234",))
FANG = Account("芳", "王", streets=("中关村大街27号",))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("seed", [7, 41])
def test_at_least_98_of_100_planted_items_are_masked_and_at_most_1_harmless_one(language: Language, seed: int) -> None:
    figures = measure(EVALS / "masking", language, items=500, seed=seed)
    assert sum(figures.planted.values()) == sum(figures.harmless.values()) == 500
    assert figures.masked_share >= 0.98, figures.missed
    assert figures.false_share <= 0.01, figures.false


def test_what_customers_ask_is_not_taken_for_personal_data() -> None:
    """Every example sentence of the intents; those in which an address or an e-mail stands are the exceptions."""
    folder = Path(__file__).parents[2] / "prompts" / "intents"
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")]
    sentences = {
        sentence
        for file in files
        for intent in file.get("intents", ())
        for language in ("en", "zh")
        for sentence in intent.get("examples", {}).get(language, ())
    }
    assert len(sentences) > 2000
    taken = [sentence for sentence in sentences if any(found.kind != "ADDRESS" for found in find_personal(sentence))]
    assert all("@" in sentence for sentence in taken)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("send it to mia dot chen at mail dot com, please", "send it to <EMAIL_1>, please"),
        ("我的邮箱mia.chen@example.com谢谢", "我的邮箱<EMAIL_1>谢谢"),
        ("电话１３８－１２３４－５６７８呢", "电话<PHONE_1>呢"),
        ("call 13812345678 or 13912345678", "call <PHONE_1> or <PHONE_2>"),
        ("my card 4111 1111 1111 1111 09/28", "my card <CARD_1> 09/28"),
        ("4155552671 is my cell", "<PHONE_1> is my cell"),
        ("john-at-example-dot-com", "<EMAIL_1>"),
        ("my passport is X1234567", "my passport is <ID_1>"),
        ("12 oak street bristol", "<ADDRESS_1>"),
        ("deliver to 742 Evergreen Terrace Springfield", "deliver to <ADDRESS_1>"),
        ("手机 壹叁捌壹贰叁肆伍陆柒捌", "手机 <PHONE_1>"),
        ("地址改成徐汇区虹桥路1号港汇恒隆广场", "地址改成<ADDRESS_1>"),
        ("寄到阳光花园8栋1单元502", "寄到<ADDRESS_1>"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN <IBAN_1> please"),
        ("请把W1003001寄到杭州市西湖区文三路478号华星时代广场A座1801，谢谢", "请把W1003001寄到<ADDRESS_1>，谢谢"),
        ("Mail 12 Oak Street,\nBristol BS1 4DJ", "Mail <ADDRESS_1>"),
    ],
)
def test_the_words_around_stay(text: str, masked: str) -> None:
    masker = Masker()
    assert masker.mask(text) == masked
    assert masker.unmask(masked) == text


@pytest.mark.parametrize(
    "harmless",
    [
        "order number 4155552671", "item 0615513250", "tracking 9261 2918 0949 9869 0327 51", "SF1234567890123",
        "DE89 3704 0044 0532 0130 01", "4111 1111 1111 1112", "I bought it at example.com", "32 GB, 1920x1080",
        "订单号4155552671", "快递单号4313812345678", "2026-11-20 09:30", "Apple M2 8GB",
        "the 3 Peaks road bike", "IMEI 356938035643809", "7号电池2节", "3号楼的电梯坏了", "192.168.1.1",
    ],
)  # fmt: skip
def test_numbers_of_things_are_left_alone(harmless: str) -> None:
    assert find_personal(harmless) == []


@pytest.mark.parametrize(
    ("account", "text", "gone"),
    [
        (MIA, "Hi, Mia Chen here, or just mia. Chen's order", ("Mia", "mia", "Chen")),
        (MIA, '{"customer": "mia_chen_1234", "zip": "BS1 4DJ"}', ("mia", "chen", "BS1")),
        (FANG, "我是王芳，王女士的包裹", ("王芳", "王")),
    ],
)
def test_what_the_account_knows_is_masked(account: Account, text: str, gone: tuple[str, ...]) -> None:
    masked = Masker(account=account).mask(text)
    assert not [word for word in gone if word in masked]


def test_a_name_that_is_also_a_word_is_masked_only_where_it_is_a_name() -> None:
    will = Account("Will", "White")
    assert mask_for_good("Will you send the white one?", will) == "Will you send the white one?"
    assert mask_for_good("I'm Will, or Will White", will) == "I'm <NAME>, or <NAME>"


def test_tools_get_a_spelled_address_as_programs_read_it() -> None:
    masker = Masker()
    masked = masker.mask("it is mia dot chen at mail dot com, phone １３８ 1234 5678")
    kinds = [mask[1] for mask in MASK.finditer(masked)]
    assert kinds == ["EMAIL", "PHONE"]
    assert masker.for_tools({"email": "<EMAIL_1>", "all": ["<PHONE_1>"]}) == {
        "email": "mia.chen@mail.com",
        "all": ["138 1234 5678"],
    }


def test_what_is_masked_for_good_cannot_come_back() -> None:
    assert mask_for_good("write to a@b.example") == "write to <EMAIL>"
    assert Masker({"<EMAIL_1>": "x@y.example"}).unmask("write to <EMAIL>") == "write to <EMAIL>"


@pytest.mark.parametrize(
    "text", ["1 " * 2000, "上海市1号" * 700, "a@" * 2000, "12 Oak " * 500, "路" * 4000, "one " * 1000]
)
def test_long_messages_cost_little(text: str) -> None:
    import time

    Masker().mask("warm 1")
    started = time.process_time()
    Masker().mask(text)
    assert time.process_time() - started < 1.0
