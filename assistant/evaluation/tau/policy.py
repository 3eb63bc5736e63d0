"""The benchmark's tools and policy as its plain loop gives them to a model."""

import re
from pathlib import Path
from typing import Any

from assistant.evaluation.retail.shop import ARGUMENTS
from assistant.tools.catalogue import shop_tools

Json = dict[str, Any]

_POLICY = Path(__file__).with_name("policy.md")
_RENAMED = {"product_id": "product"}
_MEANINGS = {
    "user_id": "Id of the customer, such as sara_doe_496.",
    "order_id": "With the # in front, such as #W0000000.",
    "item_ids": "Ids of items of the order, such as 1008292230.",
    "new_item_ids": "Ids of the items wanted instead, in the same order as item_ids.",
    "item_id": "Such as 6086499569.",
    "product_id": "Such as 6086499569; another number than an item's id.",
    "payment_method_id": "Such as gift_card_0000000; get_user_details tells them.",
}
"""What the benchmark says of its arguments."""


def policy_for(user_id: str) -> str:
    """The system prompt: the benchmark's retail policy in our words, for a customer who is signed in."""
    return _POLICY.read_text(encoding="utf-8").replace("{user_id}", user_id).strip()


def benchmark_tools() -> list[Json]:
    """The benchmark's tools in OpenAI's form, with its arguments; all of them are required, as there."""
    registry = shop_tools()
    found = []
    for name, arguments in ARGUMENTS.items():
        tool = registry.get(name)
        schema = tool.schema.model_json_schema()
        own = schema.get("properties", {})
        found.append(
            {
                "type": "function",
                "function": {
                    "name": name,
                    "description": _description(tool.description),
                    "parameters": {
                        "type": "object",
                        "properties": {each: _property(own, each) for each in arguments},
                        "required": list(arguments),
                        "additionalProperties": False,
                        **({"$defs": schema["$defs"]} if "$defs" in schema else {}),
                    },
                },
            }
        )
    return found


def _property(own: Json, name: str) -> Json:
    found = dict(own.get(_RENAMED.get(name, name), {"type": "string"}))
    found.pop("default", None)
    return {**found, "description": _MEANINGS[name]} if name in _MEANINGS else found


def _description(ours: str) -> str:
    """A tool's description without the proposal: the benchmark's tools act at once."""
    first = " ".join(ours.split("\n\n")[0].split())
    kept = re.sub(r" Nothing is [^.]* confirms\.", "", first)
    kept = re.sub(r"^Propose another", "Set another", kept)
    kept = re.sub(r"^Propose to (\w)", lambda found: found.group(1).upper(), kept)
    return kept
