"""A document as one HTML file: nothing is loaded from outside, no script is in it."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from maps.papers.paper import Paper

if TYPE_CHECKING:
    from maps.papers.paper import Block, Picture

_FOLDER = Path(__file__).parent


def html(paper: Paper) -> bytes:
    """Return ``paper`` as an HTML file, UTF-8."""
    said = _template().render(paper=paper, hash=paper.sha256(), kind_of=_kind_of, png=_png)
    return said.encode()


def _kind_of(block: Block) -> str:
    return type(block).__name__.lower()


def _png(picture: Picture) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode('ascii')}"


@cache
def _template() -> jinja2.Template:
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return room.get_template("page.html")
