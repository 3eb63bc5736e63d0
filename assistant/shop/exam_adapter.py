"""The adapter that the public exam of tau-bench retail wants: `python exam.py assistant.shop.exam_adapter all`.

An entry point like `assistant.app`: three functions over one shop in memory, made at the first `reset`.
"""

from typing import Any

from assistant.evaluation.retail.shop import RetailShop

_shop: RetailShop | None = None


def reset(db: dict[str, Any]) -> None:
    """Load this JSON database (users, orders, products)."""
    global _shop
    if _shop is None:
        _shop = RetailShop()
    _shop.reset(db)


def call(user_id: str | None, name: str, args: dict[str, Any]) -> tuple[bool, str]:
    """Run one tool as this authenticated customer, whose confirmation counts as given.

    Returns:
        Whether it was done, and what the tool says.
    """
    return _made().call(user_id, name, args)


def dump() -> dict[str, Any]:
    """The JSON database as it is now."""
    return _made().dump()


def _made() -> RetailShop:
    if _shop is None:
        raise RuntimeError("call reset(db) first")
    return _shop
