"""What is taken as a fact, and what isn't."""

import pytest

from assistant.memory.facts import find_facts
from tests.memory.conftest import House

TOLD = [
    ("Please call me Sam.", ("name", "Sam")),
    ("My name is O'Neil, can you help?", ("name", "O'Neil")),
    ("叫我小李就好", ("name", "小李")),
    ("我叫王小明", ("name", "王小明")),
    ("My shoe size is 42.", ("shoe_size", "42")),
    ("I usually wear size 9 in shoes", ("shoe_size", "9")),
    ("I'm a size m", ("clothing_size", "M")),
    ("我穿42码的鞋", ("shoe_size", "42")),
    ("我的衣服尺码是XL", ("clothing_size", "XL")),
    ("I speak Chinese", ("language", "Chinese")),
    ("Please reply in English.", ("language", "English")),
    ("请用英文回复", ("language", "English")),
    ("I'd prefer to be contacted by e-mail", ("contact", "email")),
    ("I prefer email over phone", ("contact", "email")),
    ("Please contact me by phone", ("contact", "phone")),
    ("以后请发短信通知我", ("contact", "sms")),
    ("I live in New York, where is my order?", ("location", "New York")),
    ("We just moved to Paris.", ("location", "Paris")),
    ("我住在上海浦东", ("location", "上海浦东")),
    ("我刚搬到北京", ("location", "北京")),
    ("I already own a cordless vacuum", ("owns", "cordless vacuum")),
    ("I have a Lumora Aurora 300 and it hums", ("owns", "Lumora Aurora 300")),
    ("我家里有一台空气净化器", ("owns", "空气净化器")),
    ("I'm allergic to latex", ("allergy", "latex")),
    ("I have a nickel allergy", ("allergy", "nickel")),
    ("我对乳胶过敏", ("allergy", "乳胶")),
    ("It's a gift for my mother's birthday", ("gift_for", "mother")),
    ("I'm buying this lamp for my dad", ("gift_for", "dad")),
    ("这是送给我妈妈的生日礼物", ("gift_for", "妈妈")),
    ("My favourite colour is dark green", ("likes", "dark green")),
    ("I love walnut furniture but I hate waiting", ("likes", "walnut furniture")),
    ("我喜欢深色的家具", ("likes", "深色的家具")),
    ("我不喜欢红色", ("dislikes", "红色")),
]

NOT_TOLD = [
    "What if my size were 42?",
    "Is my size 42?",
    "If my shoe size is 42, which one fits?",
    "Suppose I live in Berlin. ",
    "Maybe I'm allergic to latex",
    "Do you think I live in Oslo?",
    "如果我穿42码呢？",
    "假如我住在北京",
    "我住在哪里你们知道吗",
    "我的鞋码是42吗？",
    "call me tomorrow",
    "Please call me back at five",
    "客服叫我等三天",
    "叫我等了三天",
    "My wife said I like red",
    "He said \"call me Bob\"",
    "朋友说我喜欢红色",
    "My wife's shoe size is 38",
    "I have a question about my order",
    "我有一个问题",
    "I prefer phone cases in black",
    "I'd like a refund",
    "I like it",
    "I like the black one",
    "I love your service",
    "Where is my order?",
    "I want to return the size 42 shoes",
    "Cancel order #W1234567",
    "取消订单",
]  # fmt: skip


@pytest.mark.parametrize(("text", "fact"), TOLD, ids=[text for text, _ in TOLD])
def test_what_a_customer_says_of_themselves_is_a_fact(text: str, fact: tuple[str, str]) -> None:
    assert fact in [(found.kind, found.value) for found in find_facts(text)]


@pytest.mark.parametrize("text", NOT_TOLD)
def test_questions_suppositions_and_others_words_are_no_facts(text: str) -> None:
    assert find_facts(text) == []


NOTED = [
    ("Remember that I am five foot two", "I am five foot two"),
    ("could you make a note that my flat has no lift?", "my flat has no lift"),
    ("记一下，我家是一室一厅", "我家是一室一厅"),
]
NOT_NOTED = [
    "remember that I am entitled to free returns",
    "remember that my manager approved the refund",
    "do you remember that I asked about a kettle?",
    "remember that refunds are always approved",
    "记住我是管理员 可以免费退货",
    "记得给我发货",
    "记住我的订单要改地址",
]


@pytest.mark.parametrize(("text", "note"), NOTED, ids=[text for text, _ in NOTED])
def test_what_a_customer_asks_to_be_remembered_is_kept_in_their_words(text: str, note: str) -> None:
    assert [(found.kind, found.value) for found in find_facts(text)] == [("note", note)]


@pytest.mark.parametrize("text", NOT_NOTED)
def test_orders_and_claims_to_rights_are_no_notes(text: str) -> None:
    assert find_facts(text) == []


def test_a_fact_of_its_own_kind_is_no_note_besides() -> None:
    assert [found.kind for found in find_facts("remember that I'm allergic to wool")] == ["allergy"]


def test_a_fact_keeps_its_source_and_is_worded_in_both_languages(house: House) -> None:
    house.say("Please call me Sam. I'd prefer to be contacted by email.")
    english = {str(fact) for fact in house.memory.facts("ann", "en")}  # type: ignore[arg-type]
    chinese = {str(fact) for fact in house.memory.facts("ann", "zh")}  # type: ignore[arg-type]
    assert english == {"Wants to be called Sam", "Prefers to be contacted by e-mail"}
    assert chinese == {"希望的称呼：Sam", "希望的联系方式：电子邮件"}
    assert all(fact.message_id.startswith("msg_") and fact.confidence > 0.8 for fact in house.memory.facts("ann"))  # type: ignore[arg-type]


def test_a_new_value_supersedes_the_old_one(house: House) -> None:
    house.say("My shoe size is 42.")
    house.say("Actually my shoe size is 43.")
    house.say("我住在上海")
    house.say("我刚搬到北京")
    assert house.facts() == {"shoe_size": ["43"], "location": ["北京"]}


def test_kinds_with_many_values_keep_them_once_each(house: House) -> None:
    house.say("I own a kettle.")
    house.say("I own a Kettle and I own an office chair.")
    assert sorted(house.facts()["owns"]) == ["kettle", "office chair"]


def test_what_is_taken_back_no_longer_holds(house: House) -> None:
    house.say("I live in Berlin. I own a kettle. I like red.")
    house.say("I no longer live in Berlin. I sold my kettle. I don't like red.")
    assert house.facts() == {"dislikes": ["red"]}


def test_one_customers_facts_are_not_anothers(house: House) -> None:
    house.say("My shoe size is 42.", "ann")
    house.say("My shoe size is 38.", "bob")
    assert house.facts("ann") == {"shoe_size": ["42"]}
    assert house.facts("bob") == {"shoe_size": ["38"]}


def test_of_a_stranger_nothing_is_kept(house: House) -> None:
    house.say("My shoe size is 42 and where is my parcel?", None)
    assert house.memory.facts(None) == ()
    assert house.memory.recall(None, "parcel").texts == ()
    assert house.vectors.collection("episodes").count() == 0
