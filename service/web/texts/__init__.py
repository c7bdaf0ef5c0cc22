"""What the pages for forms and lists say, in English: one catalogue, a file for each part.

::

    service/web/texts/en/cases.toml: closed = "Closed {time}: {why}" ──▶ say("cases.closed", …)

A text is HTML of a page: it may hold ``<b>``, ``<code>`` and ``<br>``, and what is put into it is
escaped. What a page says in the language of its reader's office stands in ``alerts.texts``, under
keys without a dot; why something was refused stands where it is raised, since programs and the
command line read it too.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from alerts.plain import plain
from maps.live.texts import flat

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "en"


@cache
def texts() -> Mapping[str, str]:
    """Return every text by ``part.key``, one with plurals by ``part.key.one`` and ``.other``."""
    files = sorted(FOLDER.glob("*.toml"))
    return dict(flat({one.stem: tomllib.loads(one.read_text("utf-8")) for one in files}))


def say(key: str, **values: object) -> Markup:
    """Return the text of ``key`` with ``values`` in it; raises KeyError where there is none."""
    told = {name: shown(one) for name, one in values.items()}
    return Markup(texts()[key]).format(**told)  # noqa: S704 (the text is ours)


def many(key: str, n: int, **values: object) -> Markup:
    """Return the text of ``key`` for ``n`` of them, which is {n} in it."""
    return say(f"{key}.{'one' if n == 1 else 'other'}", n=n, **values)


def word(key: str) -> str:
    """Return the text of ``key`` without markup, as pages' code has it."""
    return str(texts()[key])


def shown(value: object) -> object:
    """Return what a page shows of ``value``: a text is made harmless, markup of ours stays."""
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
