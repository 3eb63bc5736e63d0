"""What customers type is put into standard words before it is read."""

import pytest

from assistant.routing.detectors.lexical import fit_lexical, grams
from assistant.routing.reading.wording import plain, spoken
from assistant.text.han import simplified, syllables
from assistant.text.language import Language


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("en", "wheres my pkg", "where is my package"),
        ("en", "any news 📦👀", "any news"),
        ("en", "cancel #W1234567 pls", "cancel my order please"),
        ("en", "what is the order id", "what is the order id"),
        ("zh", "我嘅訂單去咗邊度", "我的订单去了哪里"),
        ("zh", "可唔可以退㗎", "可不可以退的"),
        ("zh", "kd 呢", "快递 呢"),
        ("zh", "可以 pay by card 吗", "可以 pay by card 吗"),
    ],
)
def test_short_forms_scripts_and_dialects_become_standard_words(language: Language, typed: str, read: str) -> None:
    assert plain(typed, language) == read


@pytest.mark.parametrize(
    ("language", "typed", "said"), [("en", "👍", "yes"), ("zh", "🙏🙏", "谢谢"), ("en", "🙂", "🙂")]
)
def test_an_emoji_alone_says_what_it_means(language: Language, typed: str, said: str) -> None:
    assert spoken(typed, language) == said


def test_characters_that_sound_alike_share_their_syllables() -> None:
    assert syllables("退祸") == syllables("退货") == ["tui", "huo"]
    assert simplified("轉帳") == "转帐"
    assert set(grams("退祸", "zh")) & set(grams("退货", "zh")) >= {"~tui~huo"}


def test_words_tell_what_was_misspelt() -> None:
    texts, labels = ["我要退货", "退货申请", "物流到哪", "查物流"], [0, 0, 1, 1]
    learned = fit_lexical(texts, labels, 3, "zh")
    scores = learned.log_probabilities(["我要退祸", "查物留"], "zh")
    assert scores.argmax(axis=1).tolist() == [0, 1]
