"""A document as PDF: A4, 2.5 cm margins, one accent colour, codes and page x of y on every page.

The fonts (DejaVu, which hold Latin and Greek) come along with matplotlib and are embedded. The
same content is the same file, to the byte.
"""

from __future__ import annotations

import io
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from maps.papers.paper import (
    Brief,
    Entries,
    Entry,
    Heading,
    Paper,
    Picture,
    Points,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable

    from maps.papers.paper import Block

ACCENT, QUIET, INK, LINE, ALARM = "#0B5C8A", "#55636D", "#14202A", "#D5DCE0", "#D55E00"
_MARGIN_CM = 2.5
_LABEL_CM, _MARK_CM = 2.6, 0.9
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_TONOS = "\u0301"
_COUNT = re.compile(r"\d[\d.,]*")
_RIGHT = "_right"
"""What stands behind the name of a style whose text ends where its column does."""


def pdf(paper: Paper) -> bytes:
    """Return ``paper`` as a PDF file."""
    return with_pages(paper)[0]


def with_pages(paper: Paper) -> tuple[bytes, int]:
    """Return ``paper`` as a PDF file, and on how many pages it stands."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    _fonts()
    out = io.BytesIO()
    margin = _MARGIN_CM * cm
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=margin, rightMargin=margin, topMargin=margin,
        bottomMargin=margin, title=f"{paper.kind}: {paper.title}", author="Vedetta",
        subject=paper.marks, lang=paper.language, invariant=1,
    )  # fmt: skip
    frame = Frame(margin, margin, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame]))
    width_cm = document.width / cm
    flow = _head(paper)
    for block in paper.blocks:
        flow += _FLOWS[type(block)](block, width_cm)
    document.build(flow, canvasmaker=_counting(paper))  # type: ignore[arg-type]
    return out.getvalue(), document.page


def _head(paper: Paper) -> list[Flowable]:
    from reportlab.platypus import HRFlowable, Paragraph

    return [
        Paragraph(escape(capitals(paper.kind)), _style("kind")),
        Paragraph(escape(paper.title), _style("title")),
        Paragraph(escape(paper.subtitle), _style("subtitle")),
        HRFlowable(width="100%", thickness=1.2, color=ACCENT, spaceBefore=5, spaceAfter=7),
    ]


def capitals(text: str) -> str:
    """Return a text in capitals; Greek ones carry no accent."""
    apart = unicodedata.normalize("NFD", text.upper())
    bare = "".join(one for n, one in enumerate(apart)
                   if not (one == _TONOS and "\u0370" <= apart[n - 1] <= "\u03ff"))  # fmt: skip
    return unicodedata.normalize("NFC", bare)


def _heading(block: Heading, _width_cm: float) -> list[Flowable]:
    from reportlab.platypus import Paragraph

    return [Paragraph(escape(block.text), _style("heading"))]


def _text(block: Text, _width_cm: float) -> list[Flowable]:
    from reportlab.platypus import Paragraph

    return [Paragraph(escape(block.text), _style(block.weight))]


def _points(block: Points, _width_cm: float) -> list[Flowable]:
    from reportlab.platypus import Paragraph

    return [Paragraph(escape(one), _style("point"), bulletText="–") for one in block.texts]


def _brief(block: Brief, width_cm: float) -> list[Flowable]:
    from reportlab.platypus import Paragraph

    rows = [
        [Paragraph(escape(label), _style("label")), Paragraph(escape(said), _style("lead"))]
        for label, said in block.rows
    ]
    found = _table(rows, [_LABEL_CM, width_cm - _LABEL_CM],
                   [("BOTTOMPADDING", 3), ("TOPPADDING", 2)])  # fmt: skip
    found[0].spaceAfter = 6
    return found


def _entries(block: Entries, width_cm: float) -> list[Flowable]:
    rows = [_entry(one) for one in block.rows]
    found: list[Flowable] = []
    for row in rows:
        # One table a row, so that a page ends between two of them and never within.
        found += _table([row], [_MARK_CM, 3.1, width_cm - 3.1 - _MARK_CM],
                        [("BOTTOMPADDING", 4), ("TOPPADDING", 3)], line=True)  # fmt: skip
    return found


def _entry(one: Entry) -> list[Any]:
    from reportlab.platypus import Paragraph

    title = f"<b>{escape(one.title)}{'' if one.small else '.'}</b>"
    if one.small:
        said = [(title, "body"), (escape(one.text), "body"), (escape(one.small), "small")]
    else:
        said = [(f"{title} {escape(one.text)}", "body")]
    text = [Paragraph(words, _style(style)) for words, style in said if words]
    return [Paragraph(escape(one.mark), _style("mark")),
            Paragraph(escape(one.when), _style("when")), text]  # fmt: skip


def _numbers(block: Table, width_cm: float) -> list[Flowable]:
    from reportlab.platypus import Paragraph

    columns = zip(block.heads, *block.rows, strict=True)
    counts = [len(cells) > 0 and all(map(_COUNT.fullmatch, cells)) for _, *cells in columns]
    rows = [
        [
            Paragraph(escape(one), _style(name + _RIGHT if right else name))
            for one, right in zip(row, counts, strict=True)
        ]
        for name, row in [("head", block.heads), *(("cell", row) for row in block.rows)]
    ]
    total = sum(block.widths)
    widths = [width_cm * one / total for one in block.widths]
    return _table(rows, widths, [("BOTTOMPADDING", 2), ("TOPPADDING", 2)], line=True, heads=1)


def _picture(block: Picture, width_cm: float) -> list[Flowable]:
    from reportlab.lib.units import cm
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image, KeepTogether, Paragraph

    width, height = ImageReader(io.BytesIO(block.png)).getSize()
    wide = width_cm * block.share * cm
    image = Image(io.BytesIO(block.png), wide, wide * height / width)
    image.hAlign = "LEFT"
    return [KeepTogether([image, Paragraph(escape(block.caption), _style("caption"))])]


_FLOWS: dict[type[Block], Callable[[Any, float], list[Flowable]]] = {
    Heading: _heading,
    Text: _text,
    Points: _points,
    Brief: _brief,
    Entries: _entries,
    Table: _numbers,
    Picture: _picture,
}


def _table(
    rows: Sequence[list[Any]], widths_cm: Sequence[float],
    paddings: Sequence[tuple[str, float]], *, line: bool = False, heads: int = 0,
) -> list[Flowable]:  # fmt: skip
    from reportlab.lib.units import cm
    from reportlab.platypus import Table as Grid

    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ]  # fmt: skip
    style += [(name, (0, 0), (-1, -1), points) for name, points in paddings]
    if line:
        style.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE))
    grid = Grid(rows, [one * cm for one in widths_cm], repeatRows=heads, style=style)
    grid.hAlign = "LEFT"
    if heads:
        grid.spaceAfter = 6
    return [grid]


@cache
def _style(name: str) -> ParagraphStyle:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    font, size, leading, colour, before, after = _STYLES[name.removesuffix(_RIGHT)]
    style = ParagraphStyle(name, fontName=font, fontSize=size, leading=leading,
                           textColor=HexColor(colour),
                           spaceBefore=before, spaceAfter=after)  # fmt: skip
    style.alignment = 2 if name.endswith(_RIGHT) else 0
    if name == "point":
        style.leftIndent, style.bulletIndent, style.bulletFontName = 11, 0, PLAIN
    style.keepWithNext = name == "heading"
    style.allowWidows = style.allowOrphans = 0
    # A name of 20 letters without a blank must not run out of its cell.
    style.splitLongWords = 1
    return style


_STYLES = {
    "kind": (BOLD, 8, 11, ACCENT, 0, 2),
    "title": (BOLD, 17, 21, INK, 0, 2),
    "subtitle": (PLAIN, 9, 13, QUIET, 0, 0),
    "heading": (BOLD, 11.5, 15, ACCENT, 12, 4),
    "lead": (PLAIN, 9.5, 13.6, INK, 0, 0),
    "label": (BOLD, 8, 13.6, ACCENT, 0, 0),
    "body": (PLAIN, 9, 13, INK, 0, 4),
    "small": (PLAIN, 7.4, 10.4, QUIET, 0, 3),
    "point": (PLAIN, 9, 13, INK, 0, 3),
    "when": (PLAIN, 8.2, 13, QUIET, 0, 0),
    "mark": (BOLD, 9, 13, ACCENT, 0, 0),
    "head": (BOLD, 7.8, 11, QUIET, 0, 0),
    "cell": (PLAIN, 8, 11, INK, 0, 0),
    "caption": (PLAIN, 7.4, 10.4, QUIET, 3, 8),
}
"""By name: font, size, line, colour, space before and after; points."""


@cache
def _fonts() -> None:
    import matplotlib as mpl
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(PLAIN, bold, italic, BOLD if bold else PLAIN)


def _counting(paper: Paper) -> type[Any]:
    """Return a canvas that draws head and foot of each page once it knows how many there are."""
    from reportlab.pdfgen.canvas import Canvas

    short = paper.hash_line.format(hash=paper.sha256()[:16])

    class Counting(Canvas):  # type: ignore[misc,unused-ignore]
        """Keeps its pages until the last is known."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (reportlab's own)
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 (reportlab's name)
            """Keep the page."""
            self._kept.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            """Draw the edges of all pages, then write."""
            for number, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                _edges(self, paper, short, number, len(self._kept))
                super().showPage()
            super().save()

    return Counting


def _edges(canvas: Any, paper: Paper, short: str, number: int, pages: int) -> None:  # noqa: ANN401
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm

    width, height = A4
    left, right = _MARGIN_CM * cm, width - _MARGIN_CM * cm
    canvas.setFont(BOLD, 8)
    canvas.setFillColor(ALARM if paper.drill else ACCENT)
    canvas.drawString(left, height - 1.5 * cm, paper.drill or "VEDETTA")
    canvas.setFillColor(QUIET)
    canvas.setFont(PLAIN, 7.2)
    canvas.drawRightString(right, height - 1.5 * cm, f"{paper.kind}  ·  {paper.reference}")
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(left, 1.95 * cm, right, 1.95 * cm)
    canvas.setFont(BOLD, 8)
    canvas.setFillColor(INK)
    canvas.drawString(left, 1.5 * cm, paper.marks)
    canvas.setFont(PLAIN, 7.2)
    canvas.drawRightString(right, 1.5 * cm, paper.page_of.format(page=number, pages=pages))
    canvas.setFillColor(QUIET)
    canvas.drawString(left, 1.1 * cm, paper.made[:110])
    canvas.drawRightString(right, 1.1 * cm, short)
