"""Pages change while customers ask: no answer fails, none mixes editions; a sync that is killed leaves an index whole.

Every passage differs between the editions. Threads ask without end while one edition replaces the other; each answer
must hold passages, all of one edition, and never the old one after the new one. Then processes sync back and are killed
(SIGKILL) at the worst moments; what is served afterwards must be one edition with all its passages.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.sync.child import MOMENTS
from assistant.evaluation.sync.house import SyncHouse
from assistant.evaluation.sync.pages import EDITIONS, edition_of, questions, write_pages
from assistant.knowledge.search import KnowledgeSearch
from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.models.embeddings.load import blended
from assistant.settings import Settings

_QUESTIONS = 2_000
_PROBES = 40
_K = 4

Say = Callable[[str], None]


@dataclass
class Answers:
    """What the asking threads saw; a thread whose question fails asks no more. Times in milliseconds."""

    asked: int = 0
    failed: list[str] = field(default_factory=list)
    empty: int = 0
    mixed: int = 0
    went_back: int = 0
    milliseconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Killed:
    """What was served after a sync was killed at `moment`: which edition, and whether it was whole."""

    moment: str
    served: str
    whole: bool
    repaired: bool


@dataclass(frozen=True)
class SyncFigures:
    """What was measured. `sync_s` is the sync under load, `first_s` the one before, with nobody asking."""

    pages: int
    threads: int
    first_s: float
    sync_s: float
    asked: int
    failed: int
    empty: int
    mixed: int
    went_back: int
    milliseconds_p50: float
    milliseconds_p95: float
    idle_p50: float
    idle_p95: float
    killed: tuple[Killed, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing failed."""
        answers = self.failed + self.empty + self.mixed + self.went_back == 0
        return answers and self.asked > 0 and all(kill.whole and kill.repaired for kill in self.killed)


def run(pages: int, threads: int, pause_s: float, say: Say) -> SyncFigures:
    """Hold the whole trial in a temporary folder.

    Args:
        pages: of each edition.
        threads: that ask.
        pause_s: for which each of them waits between two questions.
        say: hears how far it is.
    """
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as name:
        folder, index, sentences = Path(name) / "pages", Path(name) / "index", blended(Settings())
        write_pages(folder, pages, EDITIONS[0])
        with SyncHouse(index, sentences) as house:
            say(f"{pages} pages: the first sync")
            started = time.perf_counter()
            house.search.sync(folder)
            first_s = time.perf_counter() - started
            say("asking with nothing going on")
            idle = _timed(house.search, pages)
            write_pages(folder, pages, EDITIONS[1])
            say(f"{threads} threads ask while every page changes")
            started = time.perf_counter()
            answers = _under_load(house.search, folder, pages, threads, pause_s, say)
            sync_s = time.perf_counter() - started
        killed = tuple(_killed(folder, index, pages, moment, sentences, say) for moment in MOMENTS)
    return SyncFigures(
        pages=pages,
        threads=threads,
        first_s=round(first_s, 1),
        sync_s=round(sync_s, 1),
        asked=answers.asked,
        failed=len(answers.failed),
        empty=answers.empty,
        mixed=answers.mixed,
        went_back=answers.went_back,
        milliseconds_p50=_percentile(answers.milliseconds, 50),
        milliseconds_p95=_percentile(answers.milliseconds, 95),
        idle_p50=_percentile(idle, 50),
        idle_p95=_percentile(idle, 95),
        killed=killed,
    )


def table(figures: SyncFigures) -> str:
    """The figures for people."""
    lines = [
        f"{figures.pages} pages, first sync {figures.first_s:.0f} s; all changed under load in {figures.sync_s:.0f} s",
        f"asked meanwhile by {figures.threads} threads: {figures.asked}; failed {figures.failed}, "
        f"empty {figures.empty}, of mixed editions {figures.mixed}, old after new {figures.went_back}",
        f"a question with nothing going on: p50 {figures.idle_p50:.1f} ms, p95 {figures.idle_p95:.1f} ms; "
        f"under load: p50 {figures.milliseconds_p50:.0f} ms, p95 {figures.milliseconds_p95:.0f} ms",
    ]
    for kill in figures.killed:
        whole = "whole" if kill.whole else "NOT WHOLE"
        after = "whole after the next sync" if kill.repaired else "NOT WHOLE after the next sync"
        lines.append(f"killed when {kill.moment}: serves the {kill.served} edition, {whole}; {after}")
    return "\n".join(lines)


def _timed(search: KnowledgeSearch, pages: int) -> list[float]:
    search.warm_up()
    times = []
    for question in questions(200, pages, seed=1):
        start = time.perf_counter()
        search.search(question, "en", k=_K)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _under_load(search: KnowledgeSearch, folder: Path, pages: int, threads: int, pause_s: float, say: Say) -> Answers:
    answers, lock, done = Answers(), threading.Lock(), threading.Event()

    def ask(seed: int) -> None:
        seen = ""
        for question in questions(_QUESTIONS, pages, seed) * 1_000:
            if done.is_set():
                return
            start = time.perf_counter()
            found = {edition_of(hit.passage.text) for hit in search.search(question, "en", k=_K)}
            took = (time.perf_counter() - start) * 1000
            with lock:
                answers.asked += 1
                answers.milliseconds.append(took)
                answers.empty += not found
                answers.mixed += len(found) > 1
                answers.went_back += found == {EDITIONS[0]} and seen == EDITIONS[1]
            seen = next(iter(found)) if len(found) == 1 else seen
            time.sleep(pause_s)

    with ThreadPoolExecutor(threads) as pool:
        asking = [pool.submit(ask, seed) for seed in range(threads)]
        try:
            search.sync(folder, lambda done, total: say(f"embedded {done} of {total}") if done % 1_600 == 0 else None)
            time.sleep(pause_s + 0.2)
        finally:
            done.set()
    answers.failed = [repr(error) for error in (worker.exception() for worker in asking) if error is not None]
    return answers


def _killed(folder: Path, index: Path, pages: int, moment: str, sentences: BlendedEmbeddings, say: Say) -> Killed:
    """Let a process sync the edition that isn't served, and die."""
    served, _ = _served(index, pages, sentences)
    coming = next(edition for edition in EDITIONS if edition != served)
    write_pages(folder, pages, coming)
    say(f"killing a sync when {moment}")
    code = _child(index, folder, moment)
    now, whole = _served(index, pages, sentences)
    with SyncHouse(index, sentences) as house:
        house.search.sync(folder)
    after, repaired = _served(index, pages, sentences, vectors=True)
    died = code == -9 and now == (coming if moment == "switched" else served)
    return Killed(moment, now, whole and died, repaired and after == coming)


def _child(index: Path, folder: Path, moment: str) -> int:
    command = [sys.executable, "-m", "assistant.evaluation.sync.child", str(index), str(folder), moment]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode


def _served(index: Path, pages: int, sentences: BlendedEmbeddings, *, vectors: bool = False) -> tuple[str, bool]:
    """The edition that a fresh start serves, and whether it is all there; `vectors`: and no vector but its own."""
    with SyncHouse(index, sentences) as house:
        found: list[Any] = [house.search.search(question, "en", k=_K) for question in questions(_PROBES, pages, seed=7)]
        editions = {edition_of(hit.passage.text) for hits in found for hit in hits}
        live = {edition_of(passage.text) for passage in house.search.passages("en")}
        stored = house.vectors.collection("passages-en").ids()
        ids = {passage.passage_id for passage in house.search.passages("en")}
        complete = house.search.count() == pages and ids <= stored and (not vectors or stored == ids)
    whole = len(editions) == 1 and editions == live and all(found) and complete
    return next(iter(live), "nothing"), whole


def _percentile(times: list[float], share: int) -> float:
    return round(float(np.percentile(times, share)), 1) if times else 0.0
