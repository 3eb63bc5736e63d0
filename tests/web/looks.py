"""How a page looks to axe, and to a narrow window."""

from typing import Any

import pytest


def violations(page: Any) -> list[str]:
    """What axe finds wrong with the accessibility of a page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [f"{item['id']}: {[node['target'] for node in item['nodes']]}" for item in found]


def sticks_out(page: Any, but: str = ".hidden") -> list[str]:
    """Elements that reach beyond the sides of the window, but those within `but`."""
    return list(
        page.evaluate(
            """(but) => [...document.querySelector("shop-assistant").shadowRoot.querySelectorAll("*")]
              .filter((e) => { const r = e.getBoundingClientRect();
                return !e.closest(but) && (r.right > innerWidth + 1 || r.left < -1); })
              .map((e) => e.localName + "." + e.className)""",
            but,
        )
    )
