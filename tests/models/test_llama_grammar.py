"""Grammars made of JSON schemas let valid JSON through and nothing else, in llama.cpp's own eyes."""

import json
import random
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, Field

from assistant.models.llama.gbnf import grammar_of
from assistant.models.llama.sampling import Grammar
from tests.models.llama_shared import shared_runtime

pytestmark = pytest.mark.model


class Part(BaseModel):
    name: str
    parts: list["Part"] = []


class Order(BaseModel):
    order_id: str = Field(pattern=r"^#W\d{7}$")
    amount: int = Field(ge=1, le=120)
    kind: Literal['a "b"', "c\\d", "退货"]
    note: str | None = None
    tags: list[str] = Field(default=[], max_length=3)
    part: Part | None = None
    share: float = Field(ge=0, le=1, default=0)
    extra: dict[str, int] = {}


VALID: list[dict[str, Any]] = [
    {"order_id": "#W1234567", "amount": 120, "kind": 'a "b"'},
    {"order_id": "#W1234567", "amount": 7, "kind": "c\\d", "note": None, "tags": ["x", "y\n"]},
    {"order_id": "#W1234567", "amount": 9, "kind": "退货", "part": {"name": "a", "parts": [{"name": "b"}]}},
    {"order_id": "#W1234567", "amount": 9, "kind": "退货", "share": 0.25, "extra": {"a": 1, "b": -2}},
]
INVALID: list[dict[str, Any]] = [
    {"order_id": "#W123456", "amount": 1, "kind": "退货"},
    {"order_id": "#W1234567", "amount": 121, "kind": "退货"},
    {"order_id": "#W1234567", "amount": 0, "kind": "退货"},
    {"amount": 1, "order_id": "#W1234567", "kind": "退货"},
    {"order_id": "#W1234567", "amount": 1, "kind": "other"},
    {"order_id": "#W1234567", "amount": 1, "kind": "退货", "share": 1.5},
    {"order_id": "#W1234567", "amount": 1, "kind": "退货", "tags": ["1", "2", "3", "4"]},
    {"order_id": "#W1234567", "amount": 1},
]


def accepts(grammar: str, text: str) -> bool:
    engine = shared_runtime().worker.engine()
    state = Grammar(engine, grammar)
    for token in [*engine.tokenize(text), engine.eos]:
        if not state.allowed(np.array([token], np.int32))[0]:
            return False
        if token != engine.eos:
            state.accept(token)
    return True


@pytest.mark.parametrize("value", VALID)
def test_json_that_fits_the_schema_may_be_written(value: dict[str, Any]) -> None:
    Order.model_validate(value)
    assert accepts(grammar_of(Order.model_json_schema()), json.dumps(value, ensure_ascii=False))


@pytest.mark.parametrize("value", INVALID)
def test_json_that_doesnt_fit_cant_be_written(value: dict[str, Any]) -> None:
    assert not accepts(grammar_of(Order.model_json_schema()), json.dumps(value, ensure_ascii=False))


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (1, 5), (7, 13), (-1000, 1000), (-999, 999), (100, 1999), (37, 4512), (-5, -2)]
)
def test_whole_numbers_stay_within_their_bounds(low: int, high: int) -> None:
    grammar = grammar_of({"type": "integer", "minimum": low, "maximum": high})
    draw = random.Random(low * 7919 + high)
    around = {
        low - 1,
        low,
        low + 1,
        high - 1,
        high,
        high + 1,
        0,
        *(draw.randint(low - 50, high + 50) for _ in range(40)),
    }
    assert {number for number in around if accepts(grammar, str(number))} == {n for n in around if low <= n <= high}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "format": "date"}, '"2026-02-28"', '"2026-13-01"'),
        ({"type": "string", "minLength": 2, "maxLength": 3}, '"abc"', '"abcd"'),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, "[1, 2, 3]", "[1]"),
        ({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}, '[1, "a"]', '["a", 1]'),
        ({"type": ["integer", "null"]}, "null", '"a"'),
        ({"allOf": [{"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}]}, '{"a": 1}', "{}"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, '{"x": true}', '{"x": 1}'),
        ({"type": "object"}, '{"x": [1, {"y": null}]}', "[1]"),
        ({"type": "string", "pattern": "^(red|green)-[a-f]{2}$"}, '"red-af"', '"red-xy"'),
        ({"type": "string", "pattern": "W\\d+"}, '"order W12 please"', '"order W"'),
        ({"type": "number", "minimum": 0}, "12.5", "-1"),
        ({"type": "object", "properties": {}, "additionalProperties": False}, "{}", '{"a": 1}'),
    ],
)
def test_each_kind_of_schema_is_kept_to(schema: dict[str, Any], good: str, bad: str) -> None:
    grammar = grammar_of(schema)
    assert accepts(grammar, good)
    assert not accepts(grammar, bad)


def test_what_must_come_next_is_known_without_the_model() -> None:
    engine = shared_runtime().worker.engine()
    state = Grammar(
        engine, grammar_of({"type": "object", "properties": {"city": {"enum": ["Oslo"]}}, "required": ["city"]})
    )
    assert state.only_continuation(200) == b'{"city": "Oslo"}'
    assert state.only_continuation(3) == b'{"c'
