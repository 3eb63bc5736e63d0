"""The assistant serves conversations of the tau2 harness, and what it changes is done in the harness's shop too.

The harness itself is on no package index (`tau2` there is another program), so its messages have stand-ins here with
the same fields, and the benchmark's tools are called by name on a shop of the benchmark's.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.app import Wiring
from assistant.clock import SystemClock
from assistant.evaluation.retail.exam import changed_rows, plain
from assistant.evaluation.retail.shop import RetailShop
from assistant.evaluation.tau.errands import errand_of
from assistant.evaluation.tau.harness import Tau2Agent, benchmark_arguments, tau2_agent
from assistant.evaluation.tau.play import read_tasks
from assistant.models.embeddings.cache import CachedEmbeddings
from assistant.settings import Settings
from assistant.shop.importers import tau_retail
from assistant.shop.loading import load_shop
from tests.evaluation.suites.conftest import encoders  # noqa: F401  fixture
from tests.evaluation.tau.test_tau import DATA

Json = dict[str, Any]


@dataclass
class Call:
    name: str
    arguments: Json
    id: str = ""


@dataclass
class Said:
    role: str
    content: str | None = None
    tool_calls: list[Call] | None = None
    lines: list[str] = field(default_factory=list)


MESSAGES: Any = SimpleNamespace(AssistantMessage=Said, ToolCall=Call)


def test_a_change_is_told_with_the_arguments_of_the_benchmarks_tool() -> None:
    address = {"address1": "1 Elm", "address2": None, "city": "Bonn", "state": "NW", "zip": "53111", "country": "DE"}
    told = benchmark_arguments("modify_user_address", {"kind": "modify_user_address", "address": address}, "ann_1")
    assert told == {**address, "address2": "", "user_id": "ann_1"}
    request = {"order_id": "#W1", "item_ids": ["1"], "payment_method_id": "p", "reason": "changed_mind", "opened": []}
    assert benchmark_arguments("return_delivered_order_items", request, "ann_1") == {
        "order_id": "#W1",
        "item_ids": ["1"],
        "payment_method_id": "p",
    }


def test_without_the_harness_the_factory_says_what_is_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match="tau2"):
        tau2_agent(Wiring)([], "policy", llm="local")


@pytest.mark.skipif(not (DATA / "replay_train.jsonl").exists(), reason=f"tau-bench retail's tasks are not in {DATA}")
def test_a_customer_of_the_harness_proves_who_they_are_and_gets_an_order_cancelled(
    tmp_path: Path,
    encoders: CachedEmbeddings,  # noqa: F811
) -> None:
    data = tau_retail.read_file(DATA / "db.json")
    task = next(
        task
        for task in read_tasks(DATA / "replay_train.jsonl")
        if [action["name"] for action in task["actions"]] == ["cancel_pending_order"]
    )
    user, errand = data["users"][task["user_id"]], errand_of(task["actions"][0], data, task["user_id"])
    assert errand is not None
    settings = Settings(data_dir=tmp_path, local_model="none", identity_by_name_zip=True, identity_codes="none")

    def house() -> Wiring:
        made = Wiring(settings)
        made.__dict__["embeddings"] = encoders
        rows = list(tau_retail.rows_of(data))
        load_shop(made.database, rows, kind="tau-retail", currency=tau_retail.CURRENCY, at=SystemClock().now())
        return made

    agent = Tau2Agent(house, MESSAGES, [], "the benchmark's policy")
    state = agent.get_init_state()
    shop = RetailShop(settings)
    shop.reset(data)
    before = shop.dump()
    who = f"{user['name']['first_name']} {user['name']['last_name']}, {user['address']['zip']}"
    calls: list[str] = []
    heard = ""
    for words in (errand.opening, who, "Yes, please do that."):
        said, state = agent.generate_next_message(Said("user", words), state)
        while said.tool_calls:
            for call in said.tool_calls:
                calls.append(call.name)
                done, told = shop.call(task["user_id"], call.name, call.arguments)
                assert done, told
            said, state = agent.generate_next_message(Said("tool", "done"), state)
        assert said.content
        heard += f"{said.content}\n"
    assert calls == ["cancel_pending_order"], heard
    assert changed_rows(before, shop.dump()) == plain(task["expected_changed"])
    agent.stop(state=state)
    assert not Tau2Agent.is_stop(said)
    shutil.rmtree(tmp_path / "chroma", ignore_errors=True)
