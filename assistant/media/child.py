"""The process in which files of strangers are decoded and read: `python -m assistant.media.child`.

It is started with an empty environment (no keys, no addresses), may write no files, and is killed at the deadline of
a job. One job after another comes over its standard input: a line of JSON, then as many bytes as that says; answers go
back the same way.
"""

import json
import os
import resource
import sys
from typing import Any, BinaryIO

from assistant.media.kinds import Unreadable

_MEMORY_BYTES = 6 * 1024**3


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Do jobs until there are no more."""
    while line := jobs.readline():
        job = json.loads(line)
        content = jobs.read(job["length"])
        try:
            told, payload = _do(job, content)
        except Unreadable as error:
            told, payload = {"refused": error.code, "detail": error.detail}, b""
        except (ImportError, RuntimeError, OSError) as error:
            told, payload = {"failed": f"{type(error).__name__}: {error}"}, b""
        answers.write(json.dumps({**told, "length": len(payload)}).encode() + b"\n" + payload)
        answers.flush()


def _do(job: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    if job["do"] == "clean":
        from assistant.media.photo import safe

        return {}, safe.as_jpeg(safe.made_safe(content, job["media_type"]))
    if job["do"] == "look":
        from assistant.media.photo import look, safe

        picture = safe.made_safe(content, "image/jpeg")
        return {"lines": look.lines(picture), "barcodes": look.barcodes(picture)}, b""
    if job["do"] == "sound":
        from assistant.media.voice import decode, transcribe

        sound = decode.decoded(content, job["media_type"], job["most_s"])
        if not job["model"]:
            return {"seconds": sound.seconds}, decode.as_wav(sound)
        return {"seconds": sound.seconds, "text": transcribe.heard(sound, job["model"], job["language"])}, b""
    if job["do"] == "warm":
        if job["photo"]:
            from assistant.media.photo import look

            look.warm_up()
        if job["model"]:
            from assistant.media.voice import transcribe

            transcribe.warm_up(job["model"])
        return {}, b""
    raise RuntimeError(f"unknown job {job['do']!r}")


def main() -> None:
    """Keep the answers' channel to ourselves (libraries print), take away what isn't needed, and serve."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
