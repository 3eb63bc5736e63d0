"""Pages change while customers ask; a sync that is killed leaves the old index or the new one, whole."""

from assistant.evaluation.sync.bench import run


def test_no_answer_fails_or_mixes_while_pages_change_and_a_killed_sync_leaves_an_index_whole() -> None:
    figures = run(pages=120, threads=8, pause_s=0.02, say=lambda _: None)
    assert figures.asked > 8
    assert (figures.failed, figures.empty, figures.mixed, figures.went_back) == (0, 0, 0, 0)
    assert [(kill.moment, kill.served, kill.whole, kill.repaired) for kill in figures.killed] == [
        ("embedding", "second", True, True),
        ("switching", "first", True, True),
        ("switched", "first", True, True),
    ]
