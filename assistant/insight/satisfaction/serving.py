"""The model of satisfaction that serves: the shop's own where one passed its gate, else the one that ships."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from assistant.insight.satisfaction.conversations import masked, moments_of
from assistant.insight.satisfaction.dialogues import Line, Moment
from assistant.insight.satisfaction.model import Prediction, SatisfactionModel
from assistant.insight.satisfaction.own import FOLDER, IGNORED, own_moments
from assistant.insight.satisfaction.training import VERSION, train
from assistant.routing.learning.versions import Versions
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.engine import Database

MODEL = "satisfaction.npz"
_KEPT = 4000
_DRIVERS = 3


class Foresight:
    """Foresees how satisfied customers are. Thread-safe.

    Args:
        database: holds conversations.
        folder: of the versions that the shop's own ratings taught.
        cache_dir: where the model that ships is kept once it was trained.
    """

    def __init__(self, database: Database, folder: Path, cache_dir: Path) -> None:
        self._database = database
        self._folder = folder
        self._cache = cache_dir / "satisfaction"
        self._lock = threading.Lock()
        self._model: SatisfactionModel | None = None
        self._name = ""
        self._known: OrderedDict[tuple[str, datetime, str], Prediction] = OrderedDict()

    @property
    def name(self) -> str:
        """Which model serves: `own dialogues`, or the version that the shop's ratings taught."""
        return self._loaded()[1]

    @property
    def model(self) -> SatisfactionModel:
        """The model that serves; it changes when another version is put into force, without a restart."""
        return self._loaded()[0]

    def of(self, ids: Sequence[str]) -> dict[str, Prediction]:
        """A prediction for each conversation that a customer wrote in, by its id, with what moves it.

        What was foreseen of a conversation is kept until somebody writes in it.
        """
        model, name = self._loaded()
        with self._database.read() as session:
            asked = select(ConversationRow.conversation_id, ConversationRow.last_at)
            last: dict[str, datetime] = {}
            for start in range(0, len(ids), 500):
                part = asked.where(ConversationRow.conversation_id.in_(ids[start : start + 500]))
                last.update(session.execute(part).all())
            found = {
                own: self._known[own, at, name] for own, at in last.items() if (own, at, name) in self._known
            }  # fmt: skip
            fresh = moments_of(session, [own for own in ids if own in last and own not in found])
        for own, prediction in zip(fresh, model.predict(list(fresh.values()), drivers=_DRIVERS), strict=True):
            found[own] = self._known[own, last[own], name] = prediction
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def dissatisfied(self, said: Sequence[tuple[str, str]]) -> float:
        """The probability that the customer of a running conversation is dissatisfied.

        Args:
            said: author (`customer` or another) and words, oldest first; without personal data or with.
        """
        lines = masked([Line("customer" if author == "customer" else "shop", text) for author, text in said])
        return self.model.predict([Moment(tuple(lines), None, (), 0)])[0].dissatisfied

    def chances(self, ids: Sequence[str]) -> dict[str, float]:
        """The probability of dissatisfaction of each conversation, by its id."""
        return {own: prediction.dissatisfied for own, prediction in self.of(ids).items()}

    def _loaded(self) -> tuple[SatisfactionModel, str]:
        own = Versions(self._folder).current
        path = self._folder / own / MODEL
        name = f"{own} {path.stat().st_mtime_ns}" if own and path.is_file() else "own dialogues"
        with self._lock:
            if self._model is None or name != self._name:
                found = SatisfactionModel.load(path) if name != "own dialogues" else None
                self._model, self._name = found or shipped(self._cache), name
            return self._model, self._name.partition(" ")[0] if self._name != "own dialogues" else self._name


def shipped(folder: Path) -> SatisfactionModel:
    """The model that the dialogues which ship with the code teach; trained once, in seconds, and kept in a folder."""
    contents = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("own_*.txt")))
    signals = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.yaml")))
    key = hashlib.sha256(b"%d" % VERSION + contents + signals).hexdigest()[:16]
    path = folder / f"shipped-{key}.npz"
    if (found := SatisfactionModel.load(path)) is None:
        found = train(own_moments(), with_now=True, ignored=IGNORED)
        found.save(path)
    return found
