"""What each detector learned from the examples, and what it says of those that it did not see.

The second half is what fusion and calibration are fitted on: every example is judged by classifiers that were
trained without it, and by the nearest of the *other* examples.

Two things are done at a time. What comes out does not depend on which of them ends first.
"""

from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.apart import Apart
from assistant.routing.detectors.detector import Matrix, Query, Scores, SentenceEncoder
from assistant.routing.detectors.encoders import EncoderPlan
from assistant.routing.detectors.few import CLASSIFIER, MOST_EXAMPLES, Few, learn_few
from assistant.routing.detectors.lexical import Bags, Lexical
from assistant.routing.detectors.linear import Linear, fit_linear
from assistant.routing.detectors.nearest import scores_by_examples
from assistant.routing.detectors.rules import OutsideDetector, RuleDetector
from assistant.routing.detectors.vectors import Progress, example_vectors
from assistant.routing.fusion.pool import RULES
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example, ListByLanguage
from assistant.routing.learning.apart import learn_apart
from assistant.routing.learning.example_table import ExampleTable, join
from assistant.routing.learning.school import Labels, School
from assistant.routing.reading.wording import Wording, plain
from assistant.text.language import Language

NEAREST = "nearest"
WORDS = "words"
_AT_A_TIME = 2


@dataclass(frozen=True)
class HeldBack:
    """Votes on examples of one language by detectors that had not seen them.

    Args:
        votes: by detector, shape (n, classes); not a number but for a typical choice where a slow encoder did not
            read all examples.
        familiar: mean cosine to the nearest other examples, shape (n,).
        labels: their classes.
    """

    votes: Mapping[str, Scores]
    familiar: Scores
    labels: Labels


@dataclass(frozen=True)
class Lessons:
    """What was learned, before it is fused.

    Args:
        names: the classes, "out of scope" last.
        linear: classifier by encoder and language.
        few: classifiers of catalogues with few examples.
        lexical: by language.
        apart: by language; none where examples are few.
        held_back: by language.
        joined: by language, the examples' vectors of the first stage's encoders, put together.
    """

    names: tuple[str, ...]
    linear: Mapping[tuple[str, Language], Linear]
    few: Few
    lexical: Mapping[Language, Lexical]
    apart: Mapping[Language, Apart]
    held_back: Mapping[Language, HeldBack]
    joined: Mapping[Language, Matrix]


def learn_detectors(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    keys: Mapping[str, str],
    wording: Wording,
    plan: EncoderPlan,
    folder: Path,
    progress: Progress | None = None,
    corrections: Collection[Example] = (),
) -> Lessons:
    """Train every detector on the catalogue's examples; where they are few, on the intents' names as well.

    Args:
        keys: names each encoder and its weights.
        folder: for the examples' vectors.
        progress: called while examples are embedded, by one thread at a time.
        corrections: those of the examples that are learned but never held back, so that what is held back, and in
            which company, is the same with them and without.
    """
    from threadpoolctl import threadpool_limits

    table = ExampleTable.of(catalogue, corrections)
    reader = _Reader(table, encoders, keys, wording, folder, _one_at_a_time(progress))
    spoken = [language for language in LANGUAGES if (table.judged & (table.languages == language)).any()]
    many = len(catalogue.examples) > MOST_EXAMPLES
    vectors: dict[str, Matrix] = {}
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(_AT_A_TIME) as pool:
        rows = {name: table.of_plan(plan, name) for name in plan.encoders()}
        typical = dict(rows)
        later = plan.later()
        reading = {name: pool.submit(reader.read, name, rows[name]) for name in rows if name not in later}
        asking = {intent.name for intent in catalogue if not intent.social} if many else set()
        by_words = pool.submit(_by_words, table, spoken, asking, catalogue.two_requests)
        vectors |= {name: found.result() for name, found in reading.items()}
        if many:
            chosen = table.chosen(vectors, plan)
            rows |= {name: rows[name] & chosen.read for name in later}
            typical |= {name: typical[name] & chosen.typical for name in later}
        reading = {name: pool.submit(reader.read, name, rows[name]) for name in later}
        schools = {name: _schools(pool, table, plan, name, vectors[name], rows, typical) for name in vectors}
        near = {language: pool.submit(_by_nearest, table, plan, vectors, language) for language in spoken}
        for name, found in reading.items():
            vectors[name] = found.result()
            schools[name] = _schools(pool, table, plan, name, vectors[name], rows, typical)
        few, few_votes = (Few(), {}) if many else _few(table, plan, vectors)
        linear: dict[tuple[str, Language], Linear] = {}
        votes: dict[tuple[str, Language], Scores] = {}
        for name, fits in schools.items():
            learned = {language: fit.result() for language, fit in fits.items()}
            for language in plan.languages(name):
                # a language without examples is read as the first that has some
                linear[name, language], votes[name, language] = learned.get(language) or next(iter(learned.values()))
        lexical, votes_by_words, apart = by_words.result()
        nearest = {language: found.result() for language, found in near.items()}
    rules, outside = RuleDetector(catalogue), OutsideDetector(catalogue)
    held_back, joined = {}, {}
    for language in LANGUAGES:
        said = table.said & (table.languages == language)
        joined[language] = join([vectors[name][said] for name in plan.first(language)])
        if language not in spoken:
            continue
        mine, held = said & table.judged, table.judged[said]
        queries = [query for query, kept in zip(_queries(table, said, language), held, strict=True) if kept]
        scores, familiar = nearest[language]
        held_back[language] = HeldBack(
            votes={
                **{f"{CLASSIFIER}{n}": votes[n, language][mine] for stage in plan.stages[language] for n in stage},
                **{name: values[mine] for name, values in few_votes.items()},
                WORDS: votes_by_words[language][held],
                NEAREST: scores[held],
                RULES: rules.scores(queries),
                **({outside.name: outside.scores(queries)} if outside.speaks else {}),
            },
            familiar=familiar[held],
            labels=table.labels[mine],
        )
    return Lessons(table.names, linear, few, lexical, apart, held_back, joined)


@dataclass(frozen=True)
class _Reader:
    """Reads examples with an encoder."""

    table: ExampleTable
    encoders: Mapping[str, SentenceEncoder]
    keys: Mapping[str, str]
    wording: Wording
    folder: Path
    progress: Progress | None

    def read(self, name: str, rows: NDArray[np.bool_]) -> Matrix:
        """Vectors with a row for every example; zeros where it is none of `rows`."""
        texts = [
            self.wording.of(example.text, example.language, name)
            for example, read in zip(self.table.examples, rows, strict=True)
            if read
        ]
        found = example_vectors(self.encoders[name], self.keys[name], texts, self.folder, self.progress)
        vectors = np.zeros((len(rows), found.shape[1]), dtype=np.float32)
        vectors[rows] = found
        return vectors


def _schools(
    pool: ThreadPoolExecutor,
    table: ExampleTable,
    plan: EncoderPlan,
    name: str,
    vectors: Matrix,
    rows: Mapping[str, NDArray[np.bool_]],
    typical: Mapping[str, NDArray[np.bool_]],
) -> dict[Language, Future[tuple[Linear, Scores]]]:
    """By language, an encoder's classifier and its votes on the typical examples, not a number elsewhere."""
    read = rows[name]

    def learn(language: Language) -> tuple[Linear, Scores]:
        own = table.languages[read] == language
        school = School.of(vectors[read], table.labels[read], own, len(table.names))
        votes = np.full((len(read), len(table.names)), np.nan)
        wanted = typical[name] & (table.languages == language)
        votes[wanted] = school.votes(table.folds[read])[wanted[read]]
        return school.fit(), votes

    known = [language for language in plan.languages(name) if (table.languages[read] == language).any()]
    return {language: pool.submit(learn, language) for language in known}


def _few(table: ExampleTable, plan: EncoderPlan, vectors: Mapping[str, Matrix]) -> tuple[Few, dict[str, Scores]]:
    read = {name: table.of_plan(plan, name) for name in plan.encoders()}
    together = {heard: np.flatnonzero(np.all([read[n] for n in heard], axis=0)) for heard in plan.combinations()}
    classes = len(table.names)
    return learn_few(
        {heard: rows for heard, rows in together.items() if len(rows)},
        vectors,
        table.labels,
        table.folds,
        ~table.said,
        classes,
        lambda rows, own: fit_linear(rows, own.tolist(), classes),
    )


def _by_words(
    table: ExampleTable, languages: Collection[Language], asking: Collection[str], two_requests: ListByLanguage
) -> tuple[dict[Language, Lexical], dict[Language, Scores], dict[Language, Apart]]:
    """The lexical classifiers and their votes; one after another, for they share one source of random numbers.

    Args:
        asking: the intents that ask for something; none where it isn't learned how requests are told apart.
        two_requests: see `Catalogue`.
    """
    lexical, votes, apart = {}, {}, {}
    classes = len(table.names)
    for language in languages:
        said = table.said & (table.languages == language)
        queries, labels, folds = _queries(table, said, language), table.labels[said], table.folds[said]
        bags = Bags.of([query.plain for query in queries], language)
        lexical[language] = bags.fit(labels.tolist(), classes)
        without = list(bags.without_each(labels, folds, classes))
        votes[language] = bags.held_back(labels, folds, classes, without)
        if asking:
            asked = np.isin(labels, [at for at, name in enumerate(table.names) if name in asking])
            texts = [query.text for query in queries]
            apart[language] = learn_apart(
                texts, language, labels, bags, without, asked, classes, two_requests[language]
            )
    return lexical, votes, apart


def _by_nearest(
    table: ExampleTable, plan: EncoderPlan, vectors: Mapping[str, Matrix], language: Language
) -> tuple[Scores, Scores]:
    said = table.said & (table.languages == language)
    joined = join([vectors[name][said] for name in plan.first(language)])
    texts = [example.text for example, own in zip(table.examples, said, strict=True) if own]
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    same = np.array([numbers[text] for text in texts])
    return scores_by_examples(joined, joined, table.labels[said], len(table.names), same)


def _queries(table: ExampleTable, rows: NDArray[np.bool_], language: Language) -> list[Query]:
    texts = [example.text for example, wanted in zip(table.examples, rows, strict=True) if wanted]
    return [Query(text, plain(text, language), language) for text in texts]


def _one_at_a_time(progress: Progress | None) -> Progress | None:
    """Tells of one encoder until it is done, though another one reads beside it."""
    if progress is None:
        return None
    lock, told = Lock(), progress
    shown: list[str] = []

    def tell(key: str, done: int, total: int) -> None:
        with lock:
            if shown in ([], [key]):
                shown[:] = [key] if done < total else []
                told(key, done, total)

    return tell
