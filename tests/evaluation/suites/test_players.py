"""A model may play the customer, and is held to its card; what a run shows can be put into a page."""

from collections.abc import Callable
from pathlib import Path

from assistant.evaluation.card_player import CardPlayer, CustomerCard, strays
from assistant.evaluation.suites.figures.summary import summarise
from assistant.evaluation.suites.report.table import markdown_table
from assistant.evaluation.suites.running.results import Result, Status
from assistant.models.scripted import ScriptedChatModel
from assistant.settings import Settings
from assistant.text.prompts import PromptLibrary
from tests.evaluation.suites.conftest import Command, results_of
from tests.evaluation.suites.test_runs import SIMULATED

PROMPTS = PromptLibrary(Settings().prompts_dir)
CARD = CustomerCard(text="Cancel order #W1003001, ordered by mistake. Zip 97205.", wont_say=("gift card",))


def test_a_model_plays_the_customer_until_it_has_nothing_left_to_say() -> None:
    lines = [
        {"say": "Please cancel #W1003001.", "over": False},
        {"say": "By mistake.", "over": False},
        {"say": "Bye.", "over": True},
    ]
    player = CardPlayer(ScriptedChatModel(script=lines), PROMPTS, CARD)
    assert player.next(None) == "Please cancel #W1003001."
    assert player.next("Why?") == "By mistake."
    assert player.next("Done.") == ""
    assert player.strayed() == ()


def test_a_customer_who_leaves_while_being_asked_has_strayed_unless_nothing_is_left_to_say() -> None:
    def left(question: str, taken: bool = False) -> tuple[str, ...]:
        lines = [{"say": "Please cancel #W1003001.", "over": False}, {"say": "Bye.", "over": True}]
        player = CardPlayer(ScriptedChatModel(script=lines), PROMPTS, CARD)
        player.next(None)
        assert player.next(question) == ""
        if taken:
            player.taken_over()
        return player.strayed()

    assert left("Why would you like to cancel it?") == ("the customer went away while they were asked something",)
    assert left("It is cancelled. Is there anything else?") == left("It is cancelled.") == ()
    assert left("Shall a person help you?", taken=True) == ()


def test_a_customer_who_invents_numbers_tells_secrets_or_serves_has_strayed() -> None:
    def found(*talk: tuple[bool, str], card: CustomerCard = CARD) -> str:
        return "; ".join(strays(card, talk))

    assert "#W9999999" in found((True, "Please cancel #W9999999."))
    assert found((False, "Is it #W9999999?"), (True, "No, not #W9999999, it is #W1003001.")) == ""
    assert "gift card" in found((True, "Put it on my gift card."))
    assert "as the service" in found((True, "How can I help you today?"))
    assert "never spoke of" in found((True, "I'm sorry, but I can't help with that."))
    question = "I'm sorry to hear that. What is damaged, in your own words?"
    assert "after the service" in found((True, "Cancel #W1003001"), (False, question), (True, question))
    assert "again and again" in found(*[(True, "Cancel it.")] * 3)
    chinese = CustomerCard(text="取消订单 #W1003001", language="zh")
    assert "not in Chinese" in found((True, "I want to cancel my order"), card=chinese)
    assert found((True, "#W1003001"), card=chinese) == ""


def test_a_conversation_in_which_the_model_strayed_is_in_no_rate(
    write: Callable[..., Path], command: Command, settings: Settings, monkeypatch: object
) -> None:
    from assistant.cli.evals import players

    root = str(write("few", "customer_is_played.yaml", SIMULATED))

    def playing(*lines: dict[str, object]) -> None:
        model = ScriptedChatModel(script=list(lines))
        made = players.Player(model, PROMPTS, str(len(lines)))  # type: ignore[arg-type]
        monkeypatch.setattr(players, "player", lambda *_: made)  # type: ignore[attr-defined]

    run = ("eval", "run", "few", "--cases", root, "--simulator", "local", "--no-cache")
    playing({"say": "It is order #W7777777", "over": False}, {"say": "", "over": True})
    told = command(*run, "--run", "strayed", code=3).output
    assert "1 errors" in told
    result = results_of(settings.data_dir, "strayed")[0]
    assert (result["status"], result["seen"]["player"]) == ("error", "model")
    assert "#W7777777" in result["problems"][0]
    playing(
        {"say": "the tower fan", "over": False},
        {"say": "I ordered it by mistake", "over": False},
        {"say": "Yes, please.", "over": False},
        {"say": "", "over": True},
    )
    assert "1 of 1 (100.0%" in command(*run, "--run", "kept").output


def test_pass_rates_of_runs_stand_side_by_side_in_a_markdown_table() -> None:
    def results(model: str, statuses: list[Status]) -> list[Result]:
        fixed = {"suite": "answers", "kind": "answer", "behaviour": "b", "language": "en", "prompts": "base"}
        return [
            Result(case=f"c{at}", model=model, prompts_hash="h", repeat=0, status=status, **fixed)  # type: ignore[arg-type]
            for at, status in enumerate(statuses)
        ]

    none = summarise("one", results("none", ["pass", "fail"]), {})
    local = summarise("two", results("local", ["pass", "pass"]), {})
    table = markdown_table([none, local], {"routing": "reads", "answers": "answers questions"}).splitlines()
    assert table[0] == "| suite | none | local | |"
    assert table[2].startswith("| answers | 1 of 2 (")
    assert "| 2 of 2 (" in table[2]
    assert table[2].endswith("| answers questions |")
    assert len(table) == 3
