"""The parts of the local model that need no model."""

import json
import threading
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from assistant.errors import ModelUnavailable, OperatorError
from assistant.models.llama.chat_model import LlamaCppChatModel
from assistant.models.llama.gbnf import grammar_of
from assistant.models.llama.gbnf_text import pattern_rule
from assistant.models.llama.states import SavedStates
from assistant.models.llama.text import JsonEnd, TextStream
from assistant.models.llama.tools import read_response_format, read_tool_use
from assistant.models.llama.worker import LlamaWorker

TOOL = {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": {}}}


def test_a_missing_model_file_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    model = LlamaCppChatModel(model_path=tmp_path / "none.gguf", model_name="qwen2.5-coder-1.5b")
    with pytest.raises(OperatorError) as caught:
        model.invoke("hello")
    assert caught.value.fix == "assistant models pull qwen2.5-coder-1.5b"
    assert isinstance(caught.value, ModelUnavailable)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF but not really")
    with pytest.raises(ModelUnavailable, match="can't load"):
        LlamaCppChatModel(model_path=path).invoke("hello")


def test_nothing_is_printed_when_a_model_cant_be_loaded(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"no model at all")
    with pytest.raises(ModelUnavailable):
        LlamaCppChatModel(model_path=path).invoke("hello")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        (None, "auto"),
        ("auto", "auto"),
        ("any", "any"),
        ("required", "any"),
        (True, "any"),
        ("none", "none"),
        (False, "none"),
        ("look", "named"),
        ({"type": "function", "function": {"name": "look"}}, "named"),
    ],
)
def test_every_form_of_tool_choice_is_read(choice: object, kind: str) -> None:
    use = read_tool_use([TOOL], choice)
    assert use is not None
    assert use.kind == kind


def test_a_tool_choice_that_names_no_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="'jump'"):
        read_tool_use([TOOL], "jump")


def test_no_tools_are_no_tool_use() -> None:
    assert read_tool_use([], "any") is None


def test_response_formats_are_read_as_openai_writes_them() -> None:
    assert read_response_format({"type": "text"}) is None
    assert read_response_format({"type": "json_object"}) == {"type": "object"}
    assert read_response_format({"type": "json_schema", "json_schema": {"schema": {"a": 1}}}) == {"a": 1}
    with pytest.raises(ValueError, match="yaml"):
        read_response_format({"type": "yaml"})


def test_a_stop_sequence_is_found_across_tokens_and_never_shown() -> None:
    stream = TextStream(["STOP"])
    assert [stream.feed(piece) for piece in (b"go on S", b"T", b"ay ST", b"O", b"P now")] == [
        "go on ",
        "",
        "STay ",
        "",
        "",
    ]
    assert stream.stopped
    assert stream.finish() == ""


def test_half_a_character_waits_for_its_other_half() -> None:
    stream = TextStream()
    data = "退货".encode()
    assert "".join(stream.feed(bytes([byte])) for byte in data) + stream.finish() == "退货"


def test_the_end_of_json_is_told_in_spite_of_brackets_in_strings() -> None:
    end = JsonEnd()
    for piece in (b'{"a": "}', b'\\"]', b'", "b": [1, {}]'):
        end.feed(piece)
        assert not end.complete
    assert end.completes(b"}")
    assert not end.complete
    end.feed(b"}")
    assert end.complete


def test_the_least_recently_used_state_goes_first() -> None:
    states = SavedStates(budget=30)
    for start in (1, 2, 3):
        states.add((start, 5, 5, 5), bytes(10))
    states.best([1, 5, 5, 9])
    states.add((4, 5, 5, 5), bytes(10))
    assert states.best([2, 5]) is None
    kept = states.best([1, 5, 5, 9])
    assert kept is not None
    assert kept.common == 3
    assert states.size == 30


class _Order(BaseModel):
    order_id: str = Field(pattern=r"^#W\d{7}$")
    amount: int = Field(ge=1, le=12)
    kind: Literal['a "b"', "c\\d", "退货"]
    note: str | None = None
    parts: list["_Order"] = []


def test_a_grammar_is_written_for_nested_and_recursive_schemas() -> None:
    grammar = grammar_of(_Order.model_json_schema())
    assert "root ::=" in grammar
    assert '"\\"退货\\""' in grammar
    assert "[0-9]" in grammar


@pytest.mark.parametrize("schema", [{}, {"type": ["string", "null"]}, {"title": "X"}, {"type": "array"}])
def test_loose_schemas_have_grammars_too(schema: dict[str, Any]) -> None:
    assert "root ::= " in grammar_of(schema)


def test_a_schema_that_points_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        grammar_of({"$ref": "https://example.org/schema"})


def test_a_pattern_that_looks_around_is_left_out() -> None:
    assert pattern_rule("(?=a)b") is None
    assert pattern_rule("^ab?$") == '"a" ("b"){0,1}'


def test_a_worker_loads_once_for_many_callers() -> None:
    loads: list[int] = []

    def load() -> Any:
        loads.append(1)
        return object()

    worker = LlamaWorker(load, queue_size=1)
    threads = [threading.Thread(target=worker.engine) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [1]


def test_the_schema_of_an_answer_is_kept_as_it_was_given() -> None:
    model = LlamaCppChatModel(model_path=Path("x.gguf"))
    request = model._request([], None, {"response_format": {"type": "json_object"}})
    assert request.schema == {"type": "object"}
    assert request.suffix == ""
    assert json.dumps(request.schema)
