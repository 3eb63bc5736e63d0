"""One file of a customer's in; its words, values and clean picture out; or the sentence that says why not."""

import json
import logging
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from assistant.conversation.heard.attached import ReadValues
from assistant.errors import CustomerError, OperatorError
from assistant.media.kinds import PICTURES, SOUNDS, Medium, Unreadable, kind_of, medium_of
from assistant.media.values import values_in
from assistant.media.voice.decode import reads
from assistant.media.voice.spoken import as_typed
from assistant.media.worker import MediaWorker
from assistant.settings import Settings
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary

log = logging.getLogger(__name__)

MOONSHINE = "moonshine"
HOSTED = "hosted:"
NOTHING = ReadValues()
_MULTILINGUAL = 51_865
"""Words in the vocabulary of a Whisper model for all languages, at least; the English ones have one less."""


@dataclass(frozen=True)
class Reading:
    """What was read in one file.

    Attributes:
        kind: `voice` or `photo`.
        text: what stands in the chat: the transcript as it would be typed, or what was read in the photo.
        values: for the customer to confirm.
        picture: the photo as a clean JPEG; of a voice note nothing is kept.
        seconds: that it took.
    """

    kind: Medium
    text: str
    values: ReadValues = NOTHING
    picture: bytes | None = None
    seconds: float = 0.0


class MediaReader:
    """Reads voice notes and photos, as far as the operator has set them up.

    Args:
        settings: which models read, and within which time.
        prompts: sentences for customers.
        worker: does the work; None makes one.

    Raises:
        OperatorError: something is switched on whose packages or files are missing.
    """

    def __init__(self, settings: Settings, prompts: PromptLibrary, worker: MediaWorker | None = None) -> None:
        check_set_up(settings)
        self._settings = settings
        self._prompts = prompts
        self._worker = worker or MediaWorker(settings.media_deadline_s)
        self._voice = settings.voice_model
        self._local = "" if self._voice.startswith(HOSTED) else self._voice

    @property
    def media_types(self) -> tuple[str, ...]:
        """What is read here."""
        sounds = tuple(kind for kind in SOUNDS if reads(kind)) if self._voice else ()
        return (*(PICTURES if self._settings.photo else ()), *sounds)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Spoken languages that are understood; none where there is no voice."""
        if not self._voice:
            return ()
        only_english = self._voice == MOONSHINE or (self._local and not is_multilingual(Path(self._local)))
        return ("en",) if only_english else ("en", "zh")

    def warm_up(self) -> None:
        """Load the models before the first customer waits for them."""
        self._worker.warm_up(photo=self._settings.photo, model=self._local)

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def read(self, content: bytes, language: Language) -> Reading:
        """Read a file.

        Args:
            content: its bytes; what they are is found out from them alone.
            language: that the customer is expected to speak, and reads.

        Raises:
            CustomerError: it can't be read; says so to the customer.
        """
        started = time.perf_counter()
        try:
            media_type = kind_of(content)
            read = self._photo if medium_of(media_type) == "photo" else self._sound
            reading = read(content, media_type, language)
        except Unreadable as error:
            log.info("a file was not taken: %s", error)
            raise CustomerError(self._prompts.render(f"replies/{language}/media/{error.code}")) from error
        return Reading(**{**vars(reading), "seconds": round(time.perf_counter() - started, 3)})

    def _photo(self, content: bytes, media_type: str, language: Language) -> Reading:
        if not self._settings.photo:
            raise Unreadable("not_set_up_photo")
        _, picture = self._worker.call({"do": "clean", "media_type": media_type}, content)
        try:
            told, _ = self._worker.call({"do": "look"}, picture)
            values = values_in(told["lines"], told["barcodes"])
        except Unreadable as error:  # the picture itself is sound: a person can look at it
            log.warning("a photo could not be read: %s", error)
            values = NOTHING
        read = ", ".join([*values.orders[:1], *values.items[:1]])
        words = self._prompts.render(f"replies/{language}/media/photo_words", read=read)
        return Reading("photo", words, values, picture)

    def _sound(self, content: bytes, media_type: str, language: Language) -> Reading:
        if not self._voice:
            raise Unreadable("not_set_up_voice")
        if language not in self.languages:
            raise Unreadable("language")
        job = {"do": "sound", "media_type": media_type, "most_s": self._settings.voice_most_s}
        told, wav = self._worker.call({**job, "model": self._local, "language": language}, content)
        text = as_typed(told["text"] if self._local else self._hosted(wav, language))
        return Reading("voice", text[: self._settings.message_max_chars], values_in([text]))

    def _hosted(self, wav: bytes, language: Language) -> str:
        from assistant.media.voice.hosted import hosted_words

        settings = self._settings
        return hosted_words(
            wav,
            language,
            base_url=settings.hosted_base_url,
            api_key=settings.hosted_api_key.get_secret_value(),
            model=self._voice.removeprefix(HOSTED),
            timeout_s=settings.media_deadline_s,
        )


def is_multilingual(folder: Path) -> bool:
    """Whether a folder's Whisper model knows more than English: its vocabulary names the languages then.

    The English models (`tiny.en` and the like) write down whatever they hear as English, nonsense included.
    """
    for name in ("vocabulary.txt", "vocabulary.json"):
        if (path := folder / name).is_file():
            text = path.read_text(encoding="utf-8")
            words = len(json.loads(text)) if path.suffix == ".json" else len(text.split("\n")) - text.endswith("\n")
            return words >= _MULTILINGUAL
    return True


def media_reader(settings: Settings, prompts: PromptLibrary) -> MediaReader | None:
    """The reader that the settings ask for; None where they ask for none.

    Raises:
        OperatorError: something is switched on whose packages or files are missing.
    """
    return MediaReader(settings, prompts) if settings.photo or settings.voice_model else None


def check_set_up(settings: Settings) -> None:
    """Pass when all that is switched on can work.

    Raises:
        OperatorError: with the command that installs what is missing.
    """
    if settings.photo and (missing := _missing("PIL", "rapidocr", "zxingcpp")):
        raise OperatorError(f"photos are switched on, but {missing} is not installed", fix=_install("photo"))
    voice = settings.voice_model
    if not voice:
        pass
    elif voice.startswith(HOSTED):
        if not settings.hosted_base_url:
            raise OperatorError("voice_model is hosted, but no service is named", fix="set ASSISTANT_HOSTED_BASE_URL")
    elif voice == MOONSHINE:
        if missing := _missing("moonshine_cpp"):
            raise OperatorError(f"voice notes are switched on, but {missing} is not installed", fix=_install("voice"))
    elif not (Path(voice) / "model.bin").is_file():
        raise OperatorError(
            f"voice_model {voice!r} is no folder with a faster-whisper model (model.bin)",
            fix="name such a folder, `moonshine` (English) or `hosted:MODEL`",
        )
    elif missing := _missing("faster_whisper", "av"):
        raise OperatorError(f"voice notes are switched on, but {missing} is not installed", fix=_install("voice"))
    if settings.vision_model and not settings.hosted_base_url:
        raise OperatorError("vision_model is set, but no service is named", fix="set ASSISTANT_HOSTED_BASE_URL")


def _missing(*modules: str) -> str:
    return ", ".join(name for name in modules if find_spec(name) is None)


def _install(extra: str) -> str:
    return f".venv/bin/uv pip install --python .venv/bin/python -e '.[{extra}]'"
