"""Which files run first when all cores share them: the long ones, or one core waits for the other.

A file stays together, as its tests share what was made for it.
"""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files marked ``slow`` as a whole first, then those of Chromium, then all others."""
    items.sort(key=lambda item: [not _marked(item, mark) for mark in ("slow", "browser")])


def _marked(item: pytest.Item, mark: str) -> bool:
    module = item.getparent(pytest.Module)
    return module is not None and module.get_closest_marker(mark) is not None
