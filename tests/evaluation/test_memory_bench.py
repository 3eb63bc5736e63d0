"""A small simulation through the real memory, and a tiny file of LoCoMo's form."""

import json
from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.evaluation.memory.bench import MemoryBench
from assistant.evaluation.memory.cases import NOW, people
from assistant.evaluation.memory.locomo import measure, table
from assistant.settings import PROJECT_DIR
from tests.memory.conftest import House, house, real_embeddings

__all__ = ["house", "real_embeddings"]
TALKS = PROJECT_DIR / "evals" / "memory"
SAMPLE = {
    "sample_id": "conv-1",
    "conversation": {
        "speaker_a": "Ann",
        "speaker_b": "Bob",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ann", "dia_id": "D1:1", "text": "Hey Bob, good to see you!"},
            {"speaker": "Bob", "dia_id": "D1:2", "text": "I adopted a puppy called Biscuit yesterday."},
            {"speaker": "Ann", "dia_id": "D1:3", "text": "I am training for the marathon in Berlin."},
            {"speaker": "Bob", "dia_id": "D1:4", "text": "My sister opened a bakery.", "blip_caption": "fresh bread"},
        ],
        "session_2_date_time": "10:00 am on 2 June, 2023",
        "session_2": [
            {"speaker": "Ann", "dia_id": "D2:1", "text": "I twisted my ankle, so no running for six weeks."},
            {"speaker": "Bob", "dia_id": "D2:2", "text": "The dog chewed my new shoes."},
        ],
        "session_3_date_time": "no turns are there",
    },
    "qa": [
        {"question": "What is the name of Bob's dog?", "answer": "Biscuit", "evidence": ["D1:2"], "category": 4},
        {"question": "Why did Ann stop running?", "answer": "ankle", "evidence": ["D1:3; D2:1"], "category": 1},
        {"question": "When did the bakery open?", "answer": "May 2023", "evidence": ["D1:4"], "category": 2},
        {"question": "Is there life on Mars?", "adversarial_answer": "yes", "evidence": [], "category": 5},
    ],
}


def test_the_right_memory_is_found_and_nobody_elses(house: House) -> None:
    bench = MemoryBench(house, house.clock, TALKS, lambda *_: None)
    house.clock.advance(NOW - house.clock.now())
    figures = bench.run(customers=4, conversations=16, episodes=300, seed=11)
    assert figures.episodes == 300
    assert set(figures.asked) >= {"fact", "changed fact", "episode"}
    assert figures.recall >= 0.9
    assert (figures.outdated, figures.foreign) == (0, 0)
    assert len(figures.milliseconds) == sum(figures.asked.values())


def test_the_simulation_is_the_same_for_the_same_seed() -> None:
    def talked(seed: int) -> list[str]:
        return [
            talk.text for person in people(TALKS, customers=3, conversations=20, seed=seed) for talk in person.talks
        ]

    assert talked(1) == talked(1) != talked(2)


def test_questions_use_other_words_than_what_was_said() -> None:
    for person in people(TALKS, customers=20, conversations=50, seed=3):
        said = {talk.text for talk in person.talks}
        assert len(person.talks) == 50
        assert [talk.at for talk in person.talks] == sorted(talk.at for talk in person.talks)
        for question in person.questions:
            assert question.text not in said
            if question.talk >= 0:
                assert person.talks[question.talk].intent != "other"


def test_every_fact_that_the_simulation_tells_is_taken_in(house: House) -> None:
    for person in people(TALKS, customers=12, conversations=50, seed=5):
        for talk in person.talks:
            if talk.intent == "other":
                house.say(talk.text, person.customer_id, intent="other", flush=False)
        known = house.facts(person.customer_id)
        for question in person.questions:
            if question.fact is not None:
                assert question.fact[1] in known[question.fact[0]], (person.customer_id, question, known)
        for kind, values in person.outdated.items():
            assert not values & set(known[kind])


def test_evidence_recall_is_told_by_type_of_question(house: House, tmp_path: Path) -> None:
    path = tmp_path / "locomo.json"
    path.write_text(json.dumps([SAMPLE, SAMPLE]), encoding="utf-8")
    figures = measure(path, house.vectors, lambda *_: None)
    assert (figures.samples, figures.turns, figures.without_evidence) == (2, 12, 2)
    assert figures.questions == {"single-hop": 2, "multi-hop": 2, "temporal": 2, "all": 6}
    assert figures.at_5["single-hop"] == 100.0
    assert figures.at_10["all"] == 100.0
    assert "multi-hop" in table(figures)


@pytest.mark.parametrize("content", ["not json", "{}", '[{"conversation": {}}]'])
def test_a_file_of_another_form_is_refused(house: House, tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(OperatorError):
        measure(path, house.vectors, lambda *_: None)
