"""``/find``: questions to the sea as a page, and for programs; each one asked is in the audit.

Why somebody asks is sent by the form (POST) and stands in no address of ours, so in no history,
log or link that is passed on; a link asks the same question and states no reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import shapely
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from maps.chartlet import Chartlet
from service.editions import zones_in_force
from service.errors import WrongUseError
from service.finding import finding
from service.finding.questions import QUESTIONS
from service.finding.telling import as_dict, as_geojson, link
from service.web.answers import answer
from service.web.clock import now_of
from service.web.noting import looked
from service.web.pages import HEADERS, page
from service.web.security import without_reason
from service.web.texts import word
from store.errors import UnavailableError
from store.questions import saved_questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg
    from markupsafe import Markup
    from starlette.requests import Request
    from starlette.responses import Response

    from service.finding.question import Answer
    from service.web.transactions import Transactions
    from store.questions import SavedQuestion

PATIENCE_S = 14.0
_LONGEST, _MOST_FIELDS = 200, 12
_SHOWN, _DRAWN, _NUMBERED = 100, 60, 9
_MOST_NM = 600.0
_PLACE_FIELDS = {"a", "b", "zone"}
_OFFERED = 400
_OWN = {"q", "why", "format", "form_token"}
"""Fields that are none of the question."""
WATCHABLE = ("in-turn", "near", "gaps", "first-seen")
"""Questions that may watch."""
_TOO_LONG = "the question takes too long: ask for a shorter span or a smaller area"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it came: ``given`` its fields, ``why`` in their words, "" = not said."""

    name: str
    given: dict[str, str]
    why: str = ""

    @property
    def query(self) -> str:
        """Return what an address says of it: never why it was asked."""
        return urlencode(self.given)


async def as_json(request: Request) -> Response:
    """GET /api/v1/find/{question}: the answer as JSON; ``?format=geojson``: a file for a map."""
    layout, name = request.query_params.get("format", "json"), request.path_params["question"]
    if layout not in {"json", "geojson"}:
        raise HTTPException(400, f"format={layout[:20]!r}: expected json or geojson")
    asked = _asked(name, request.query_params)
    if layout == "json":
        return answer(as_dict(await _answer(request, asked)))
    return await _file(request, asked)


async def shown(request: Request) -> Response:
    """GET the form of a question (``?q=``), and its answer where its fields are given."""
    said = request.query_params
    if "why" in said:
        back = without_reason(f"{request.url.path}?{request.url.query}")
        return RedirectResponse(back, 303, HEADERS)
    return await _shown(request, said)


async def ask(request: Request) -> Response:
    """POST a question with its reason: the page with its answer, or the answer as a file."""
    form = await request.form(max_files=0, max_fields=3 * _MOST_FIELDS)
    return await _shown(request, {name: str(value) for name, value in form.items()})


async def _shown(request: Request, said: Mapping[str, str]) -> Response:
    name = said.get("q", next(iter(QUESTIONS)))
    if name not in QUESTIONS:
        raise HTTPException(404, f"there is no question {name[:40]!r}")
    asked = _asked(name, said)
    if not asked.given:
        return await _page(request, asked)
    try:
        if said.get("format") == "geojson":
            return await _file(request, asked)
        found = await _answer(request, asked)
    except HTTPException as error:
        return await _page(request, asked, None, error.status_code, f"{error.detail}.")
    return await _page(request, asked, found)


async def _file(request: Request, asked: _Asked) -> Response:
    found = await _answer(request, asked, {"format": "geojson"})
    file = {"content-disposition": f'attachment; filename="{asked.name}.geojson"'}
    return answer(as_geojson(found), more=file)


async def _page(
    request: Request, asked: _Asked, found: Answer | None = None, status: int = 200, said: str = ""
) -> Response:
    name, question = asked.name, QUESTIONS[asked.name]
    fields = [
        (one, asked.given.get(one.name, one.default if found is None else ""))
        for one in question.fields
    ]
    zones = await _zones(request) if {one.name for one, _ in fields} & _PLACE_FIELDS else []
    saved = await _saved(request) if found is None else []
    rows = [(one, link(one)) for one in found.ships[:_SHOWN]] if found else []
    return page(
        request, "find", status, said=said[:1].upper() + said[1:], name=name, fields=fields,
        questions=[(key, one.title) for key, one in QUESTIONS.items()], title=question.title,
        places=_PLACE_FIELDS, zones=zones, found=found, rows=rows,
        ranked=any(one.score is not None for one, _ in rows),
        drawing=_drawing(found) if found else None,
        why=asked.why[:_LONGEST],
        given=asked.given, watchable=name in WATCHABLE, saved=saved,
        keep=dt.timedelta(days=request.app.state.retention.questions_days),
        again=f"/find?q={name}&{asked.query}", address=f"/api/v1/find/{name}?{asked.query}",
    )  # fmt: skip


def _asked(name: str, said: Mapping[str, str]) -> _Asked:
    """Return what an address or a form asks, without what names the question."""
    if len(said) > _MOST_FIELDS + len(_OWN):
        raise HTTPException(400, f"{len(said)} fields; expected at most {_MOST_FIELDS}")
    given = {
        one: value[:_LONGEST] for one, value in said.items() if one not in _OWN and value.strip()
    }
    return _Asked(name, given, said.get("why", ""))


async def _answer(
    request: Request, asked: _Asked, more: Mapping[str, str] | None = None
) -> Answer:  # fmt: skip
    """Ask; the audit keeps ``more`` of it. Raises HTTPException saying in a sentence why not."""
    name, now, cell_deg = asked.name, now_of(request), request.app.state.cell_deg

    def work(connection: psycopg.Connection) -> Answer:
        """Look for it."""
        return finding.find(connection, name, asked.given, cell_deg, now)

    try:
        return await looked(
            request, finding.ASKED, name[:40], work, why=asked.why, patience_s=PATIENCE_S,
            details=lambda found: finding.facts(asked.given, found) | dict(more or {}),
        )  # fmt: skip
    except WrongUseError as error:
        raise HTTPException(404 if name not in QUESTIONS else 400, str(error)) from None
    except TimeoutError:
        raise HTTPException(413, _TOO_LONG) from None
    except UnavailableError as error:
        if finding.too_dear(error):
            raise HTTPException(413, _TOO_LONG) from None
        raise


async def _zones(request: Request) -> list[tuple[str, str]]:
    """Return id and name of the zones that a form offers: all but ports, which are too many."""

    def work(connection: psycopg.Connection) -> list[tuple[str, str]]:
        """Read them."""
        return [(one.id, one.name) for one in zones_in_force(connection).zones
                if one.kind != "port"][:_OFFERED]  # fmt: skip

    transactions: Transactions = request.app.state.transactions
    return await transactions.do(work)


async def _saved(request: Request) -> list[tuple[SavedQuestion, str]]:
    """Return the saved questions, each with the address that asks it."""

    def work(connection: psycopg.Connection) -> list[SavedQuestion]:
        """Read them."""
        return saved_questions(connection)

    transactions: Transactions = request.app.state.transactions
    return [
        (one, f"/find?{urlencode({'q': one.question, **one.given})}")
        for one in await transactions.do(work)
    ]


def _drawing(found: Answer) -> Markup | None:
    """Return a map of the areas and the first ships, None where there is nothing to draw."""
    ships, areas = found.ships[:_DRAWN], found.shown.areas
    shapes = [area for _, area in areas] + [shapely.Point(one.lon, one.lat) for one in ships]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    corners = [(west, south), (west, north), (east, south), (east, north)]
    chart = Chartlet((west + east) / 2, (south + north) / 2, corners, _MOST_NM)
    for k, (_, area) in enumerate(reversed(areas)):
        chart.area(area, f"reached band{min(k, 2)}")
    for k, one in reversed([*enumerate(ships, 1)]):
        first = k <= _NUMBERED
        chart.point(one.lon, one.lat, "place" if first else "helper", str(k) if first else "")
    if found.shown.lon is not None and found.shown.lat is not None:
        chart.point(found.shown.lon, found.shown.lat, "place sar", word("find.here"))
    return chart.svg(found.words)
