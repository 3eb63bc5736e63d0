"""Canaries: what only one customer's account and words hold is in no prompt, log, trace, memory or other reply."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from pydantic import SecretStr
from sqlalchemy import select

from assistant.app import Wiring
from assistant.conversation.reply import Reply
from assistant.storage.conversation_tables import EpisodeRow, FactRow, ToolCallRow, TurnRow
from assistant.storage.shop_tables import CustomerRow
from assistant.text.logs import configure_logs
from tests.conversation.conftest import NOW, Ask, asker
from tests.models.fault_server import Fault, FaultServer

WithModel = Callable[..., tuple[Ask, Any]]
OTHER = "mia.chen@example.com"
THIRD = "james.porter@example.com"
PEOPLE = {
    "en": {
        "first_name": "Zephyrine", "last_name": "Quorndon", "email": "zq.canary@nest.example",
        "phone": "+44 7700 955123", "address1": "77 Wobblethwaite Lane", "zip": "YO26 4ZZ", "city": "York",
    },
    "zh": {
        "first_name": "翎羽", "last_name": "澹台", "email": "lingyu.canary@nest.example",
        "phone": "+86 13955512377", "address1": "武康里路977号", "zip": "310977", "city": "杭州",
    },
}  # fmt: skip
SAID = {
    "en": [
        "Hello, Zephyrine Quorndon here, what do you have saved for me?",
        "Compare the Aria headphones for me and send it to zephyrine.other@nest.example or call 07700 955987",
        "Please ship the next one to 12 Puddleglum Crescent, York YO1 7HH, card 4111 1111 1111 1111",
        "Call me Zephyrine. My shoe size is 42. Which vacuum is the quietest one, and does Quorndon get a discount?",
        "compare your two best gaming keyboards, they are for Zephyrine",
        "compare your two lightest laptop stands, Zephyrine Quorndon would like to know",
        "compare two things you don't have, I am at 77 Wobblethwaite Lane, York YO26 4ZZ",
    ],
    "zh": [
        "我是澹台翎羽，你们存了我的什么资料",
        "帮我比较一下Aria耳机，发到lingyu.other@nest.example，或者打13955512388",
        "以后寄到杭州市西湖区文三路977号星巢大厦3楼，卡号6222021234567890128",
        "叫我翎羽就好，我穿42码，哪款吸尘器最安静",
        "比较一下你们最好的两款键盘，送给翎羽的",
        "比较一下你们最好的两款音箱，也是送给翎羽的",
        "帮我比较两款你们没有的东西，我住武康里路977号",
    ],
}
CANARIES = {
    "en": (
        "Zephyrine", "Quorndon", "zq.canary", "zephyrine.other", "955123", "955987", "Wobblethwaite", "Puddleglum",
        "YO26 4ZZ", "4111 1111 1111",
    ),
    "zh": (
        "翎羽", "澹台", "lingyu.canary", "lingyu.other", "13955512377", "13955512388", "武康里", "星巢", "文三路977",
        "62220212345",
    ),
}  # fmt: skip
TOOL_CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_product_details", "arguments": '{"product": "no such thing"}'},
}


def call(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "call_1"}])


def leaks(language: str, text: str) -> list[str]:
    return [canary for canary in CANARIES[language] if canary.casefold() in text.casefold()]


@pytest.fixture
def person(house: Wiring, request: pytest.FixtureRequest) -> str:
    """A customer who is nothing but canaries; returns their e-mail."""
    details = PEOPLE[request.param]
    with house.database.write() as session:
        if session.get(CustomerRow, f"canary_{request.param}") is None:
            session.add(
                CustomerRow(
                    customer_id=f"canary_{request.param}", position=10_000 + len(request.param), language=request.param,
                    email_key=details["email"], country="China", created_at=NOW, **details,
                )
            )  # fmt: skip
    return details["email"]


def talk(ask: Ask, language: str, email: str) -> list[Reply]:
    replies: list[Reply] = []
    for text in SAID[language]:
        replies.append(ask(text, email, after=replies[-1] if replies else None))
    return replies


@pytest.mark.parametrize(("person", "language"), [("en", "en"), ("zh", "zh")], indirect=["person"])
def test_no_canary_leaves_its_owner(
    with_model: WithModel,
    house: Wiring,
    person: str,
    language: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    configure_logs()
    caplog.set_level(logging.DEBUG, logger="assistant")
    ask, model = with_model(
        call("get_product_details", product="Aria 300"), RuntimeError(f"cannot read {SAID[language][2]}"),
        lambda messages: f"You said: {messages[-1].text}", call("search_products", words="vacuum"), repeat=True,
    )  # fmt: skip
    replies = talk(ask, language, person)
    house.memory.flush_outbox()
    own = " ".join(reply.text for reply in replies)
    assert PEOPLE[language]["email"] in own or PEOPLE[language]["first_name"] in own

    prompts = "\n".join(str(message.content) for messages in model.calls for message in messages)
    assert len(model.calls) >= 3
    assert "<NAME_1>" in prompts
    assert not leaks(language, prompts)
    logged = capfd.readouterr()
    records = "\n".join(f"{record.msg} {record.args} {record.exc_text}" for record in caplog.records)
    assert not leaks(language, logged.out + logged.err + records)

    with house.database.read() as session:
        turns = session.scalars(select(TurnRow).where(TurnRow.conversation_id == replies[0].conversation_id)).all()
        calls = session.scalars(select(ToolCallRow).where(ToolCallRow.turn_id.in_([t.turn_id for t in turns]))).all()
        episodes = session.scalars(select(EpisodeRow).where(EpisodeRow.customer_id == f"canary_{language}")).all()
        facts = session.scalars(select(FactRow).where(FactRow.customer_id == f"canary_{language}")).all()
    assert len(turns) == len(SAID[language])
    assert calls
    assert episodes
    traces = [turn.decision for turn in turns] + [[row.arguments, row.result] for row in calls]
    assert not leaks(language, json.dumps(traces, ensure_ascii=False))
    assert not leaks(language, " ".join(row.text for row in episodes))
    assert {row.kind for row in facts} <= {"name", "shoe_size", "clothing_size"}

    stored = house.vectors.call("episodes", "get", include=["documents", "metadatas"])
    assert not leaks(
        language, json.dumps([stored["documents"], stored["metadatas"], stored["ids"]], ensure_ascii=False)
    )

    others = talk(ask, language, OTHER)
    mine = {canary for text in SAID[language] for canary in leaks(language, text)}
    foreign = [canary for reply in others for canary in leaks(language, reply.text) if canary not in mine]
    assert not foreign
    assert person not in " ".join(reply.text for reply in others)


@pytest.mark.parametrize(("person", "language"), [("en", "en"), ("zh", "zh")], indirect=["person"])
def test_a_model_that_repeats_everything_tells_nobody_elses_data(
    with_model: WithModel, person: str, language: str
) -> None:
    ask, model = with_model(lambda messages: " ".join(str(message.content) for message in messages), repeat=True)
    talk(ask, language, person)
    before = len(model.calls)
    replies = [
        ask(text, THIRD) for text in ("compare your two Aria headphones", "what do you know about me?", "你知道我什么")
    ]
    prompts = "\n".join(str(message.content) for messages in model.calls[before:] for message in messages)
    assert not leaks(language, prompts + " ".join(reply.text for reply in replies))


def test_a_model_may_speak_of_what_it_knows_by_masks_only(with_model: WithModel) -> None:
    """The model reads `<EMAIL_1>` and writes it; the owner reads their own address."""
    ask, model = with_model("Both headphones, as <EMAIL_1> asked.", repeat=True)
    reply = ask("compare your two Aria headphones and send it to aria.fan@nest.example")
    assert model.calls
    assert "aria.fan@nest.example" in reply.text


@pytest.mark.parametrize(("person", "language"), [("en", "en"), ("zh", "zh")], indirect=["person"])
def test_no_canary_is_sent_to_a_hosted_model(house: Wiring, person: str, language: str) -> None:
    with FaultServer() as server:
        server.answers = [
            Fault.answer(None, tool_calls=[TOOL_CALL], finish_reason="tool_calls"),
            Fault.answer("Fine."),
        ]
        settings = house.settings.model_copy(
            update={"hosted_base_url": server.base_url, "hosted_api_key": SecretStr("x"), "hosted_model": "any"}
        )
        wiring = Wiring(settings, clock=house.clock)
        for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router"):
            wiring.__dict__[shared] = getattr(house, shared)
        talk(asker(wiring), language, person)
        sent = json.dumps(server.requests, ensure_ascii=False)
    assert len(server.requests) >= 2
    assert "<" in sent
    assert not leaks(language, sent)
