"""A version is tried on a share of customers, who keep it, and is compared by what came of their conversations."""

import itertools
import json
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation import trying
from assistant.conversation.reply import Incoming
from assistant.errors import OperatorError
from assistant.evaluation.dialogues.run import NOW
from assistant.evaluation.trials.outcomes import observations
from assistant.ids import ConversationId, CustomerId
from assistant.models.embeddings.cache import CachedEmbeddings
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.text.trials import Trial, Trials
from tests.evaluation.suites.conftest import Command, command, encoders  # noqa: F401  fixtures

CANDIDATE_WORDS = "Lovely to see you"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    import shutil

    prompts = tmp_path / "prompts"
    shutil.copytree(Settings().prompts_dir, prompts, ignore=shutil.ignore_patterns("versions"))
    return Settings(data_dir=tmp_path / "data", local_model="none", prompts_dir=prompts)


def made(settings: Settings, encoders: CachedEmbeddings, clock: FixedClock) -> Wiring:  # noqa: F811
    house = Wiring(settings, clock=clock)
    house.__dict__["embeddings"] = encoders
    return house


def new_version(house: Wiring) -> None:
    """A version that greets in other words."""
    version = house.prompt_versions.new("warmer", note="", paths=("replies/en/greeting",))
    assert version.folder is not None
    path = version.folder / "replies/en/greeting.md"
    text = path.read_text(encoding="utf-8")
    head, body = text.split("\n---\n", 1)
    path.write_text(f"{head}\n---\n{CANDIDATE_WORDS}. {body}", encoding="utf-8")


def with_shop(house: Wiring) -> None:
    rows = sample_shop(customers=12, orders=20, seed=7, today=NOW.date(), currency="USD")
    load_shop(house.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=NOW.date(), replace=True)


def say(house: Wiring, words: str, who: str | None = None, conversation: str | None = None) -> tuple[str, str]:
    reply = house.assistant.ask(
        Incoming(
            text=words,
            customer_id=CustomerId(who) if who else None,
            conversation_id=ConversationId(conversation) if conversation else None,
        )
    )
    return reply.text, reply.conversation_id


def trial(**changes: object) -> Trial:
    fixed = {"base": "base", "base_hash": "b", "candidate": "warmer", "candidate_hash": "c", "share": 0.3}
    return Trial(**{**fixed, "salt": "s", "started": NOW.isoformat(), **changes})  # type: ignore[arg-type]


def test_the_share_is_kept_and_everybody_keeps_what_they_got() -> None:
    drawn = [trial().arm_of(f"customer-{n}") for n in range(4000)]
    assert drawn == [trial().arm_of(f"customer-{n}") for n in range(4000)]
    assert drawn.count("candidate") / 4000 == pytest.approx(0.3, abs=0.03)
    again = [trial(salt="other").arm_of(f"customer-{n}") for n in range(4000)]
    both = sum(a == b == "candidate" for a, b in zip(drawn, again, strict=True))
    assert both / 4000 == pytest.approx(0.09, abs=0.02)  # a new trial draws anew


def test_one_trial_runs_at_a_time_and_of_versions_that_differ(tmp_path: Path) -> None:
    trials = Trials(tmp_path / "trials.jsonl")
    assert trials.last() is None
    for wrong in ({"candidate_hash": "b"}, {"share": 1.0}):
        with pytest.raises(OperatorError):
            trials.start(trial(**wrong))
    trials.start(trial())
    with pytest.raises(OperatorError, match="on trial already"):
        trials.start(trial(candidate_hash="d"))
    assert trials.stop(NOW).candidate == "warmer"
    assert trials.running() is None
    assert Trials(tmp_path / "trials.jsonl").last() is not None
    with pytest.raises(OperatorError, match="no version is on trial"):
        trials.stop(NOW)


def test_customers_get_their_version_and_conversations_keep_it(
    settings: Settings,
    command: Command,  # noqa: F811
    encoders: CachedEmbeddings,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = FixedClock(NOW)
    numbers = itertools.count()
    monkeypatch.setattr(trying, "new_id", lambda prefix: f"{prefix}_{next(numbers)}")
    house = made(settings, encoders, clock)
    new_version(house)
    before, old = say(house, "hello")
    assert CANDIDATE_WORDS not in before
    clock.advance(timedelta(minutes=1))
    keep = house.prompt_versions.keep
    begun = {"base_hash": keep(), "candidate_hash": keep("warmer"), "started": clock.now().isoformat()}
    house.prompt_versions.trials.start(trial(share=0.5, **begun))
    house.database.close()
    house = made(settings, encoders, clock)
    running = house.prompt_versions.trials.running()
    assert running is not None
    with_shop(house)
    customers = [customer.customer_id for customer in house.shop.customers()][:8]
    arms = {who: running.arm_of(who) for who in customers}
    assert set(arms.values()) == {"base", "candidate"}
    for who, arm in arms.items():
        assert (CANDIDATE_WORDS in say(house, "hello", who)[0]) == (arm == "candidate")
    text, _ = say(house, "hello", conversation=old)
    assert CANDIDATE_WORDS not in text  # it began before the trial
    tried = [conversation for text, conversation in (say(house, "hello") for _ in range(12)) if CANDIDATE_WORDS in text]
    assert 0 < len(tried) < 12  # strangers are drawn by chance
    for _ in range(2):
        assert CANDIDATE_WORDS in say(house, "hello", conversation=tried[0])[0]
    clock.advance(timedelta(hours=1))
    found = observations(house.database, running, clock.now())
    assert {each.arm for each in found} == {"base", "candidate"}
    assert all(each.contained == 1.0 and each.latency is not None for each in found)
    command("prompts", "trial", "stop")
    assert CANDIDATE_WORDS not in say(house, "hello", conversation=tried[0])[0]  # at once, without a restart
    house.database.close()
    told_status = json.loads(command("prompts", "trial", "status", "--json").output)
    assert (told_status["candidate"], told_status["running"]) == ("warmer", False)
    assert told_status["verdict"] == "open"


def test_promoting_ends_the_trial(
    settings: Settings,
    command: Command,  # noqa: F811
    encoders: CachedEmbeddings,  # noqa: F811
) -> None:
    house = made(settings, encoders, FixedClock(NOW))
    new_version(house)
    command("prompts", "trial", "start", "warmer")
    with pytest.raises(OperatorError, match="on trial already"):
        command("prompts", "trial", "start", "warmer")
    assert "no longer on trial" in command("prompts", "promote", "warmer").output
    assert house.prompt_versions.trials.running() is None
    assert "too few yet" in command("prompts", "trial", "status").output
