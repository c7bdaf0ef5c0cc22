"""People in front of pages: each with a browser of their own, signed in without a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.plugins import people
from tests.plugins.browsing import SCREEN


@contextmanager
def seats(browser: Browser, address: str, dsn: str) -> Iterator[Callable[..., Page]]:
    """Give pages by role, name and path; a fault of a script of any of them fails the test."""
    errors: list[str] = []
    with ExitStack() as opened:

        def sits(
            role: str = "operator", name: str = "", path: str = "",
            *, size: tuple[int, int] | None = None, scripts: bool = True, **said: Any,
        ) -> Page:  # fmt: skip
            view = {"width": size[0], "height": size[1]} if size else SCREEN
            context = opened.enter_context(
                browser.new_context(viewport=view, java_script_enabled=scripts, base_url=address)
            )
            token = people.token(dsn, role, name or role, **said)
            context.add_cookies([people.cookie(address, token)])
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            if path:
                page.goto(path)
            return page

        yield sits
    assert errors == []
