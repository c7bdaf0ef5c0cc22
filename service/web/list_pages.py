"""The list of vessels of interest to look at: all entries, one with its versions, the reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from service import watch
from service.desk import Desk, noted
from service.known import OPEN, Known, changes_of, history, known
from service.list_seen import seen_as
from service.web import list_words as words
from service.web.purpose import for_case, list_page, reading
from service.web.texts import say
from service.web.workroom import person_of, workroom
from watchlist.entries import HANDLING, PERSON_ROLES, PRIORITIES
from watchlist.names import normal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from store.watchlist import EntryVersion
    from watchlist.entries import Person as ListedPerson

_ROWS = 50
_DUE = ("expired", "overdue", "due soon")
_SORTS: dict[str, tuple[str, Callable[[Known], Any]]] = {
    "id": ("list.entry", lambda one: one.entry.id),
    "name": ("common.name", lambda one: (not one.entry.name, normal(one.entry.name))),
    "flag": ("list.field.flag", lambda one: (not one.entry.flag, one.entry.flag)),
    "contributor": ("list.field.contributor", lambda one: one.entry.contributor.casefold()),
    "priority": ("list.field.priority", lambda one: -PRIORITIES.index(one.entry.priority)),
    "state": ("common.state", lambda one: one.version.state),
    "review": ("list.field.review_by", lambda one: str(one.review_by or "")),
}
"""What the list may be sorted by: key of its word, and what is compared."""
_FILTERS = ("q", "state", "contributor", "handling", "priority", "sort", "down")


async def entries(request: Request) -> Response:
    """Answer the entries that are searched for, fifty to a page; those read are in the audit."""
    asked = {name: request.query_params.get(name, "")[:80] for name in _FILTERS}
    number, mark = _number(request.query_params.get("page", "1")), reading(request)
    person = person_of(request)

    def work(at: Desk) -> tuple[list[Known], list[Known]]:
        """Work at one desk, in one transaction."""
        there = known(at, person)
        found = [one for one in there if _fits(one, asked)]
        _, key = _SORTS.get(asked["sort"], _SORTS["id"])
        found.sort(key=key, reverse=bool(asked["down"]))
        seen = [one.entry.id for one in found[_ROWS * (number - 1) : _ROWS * number]]
        if seen:
            told = {"asked": {name: text for name, text in asked.items() if text}}
            noted(at, mark, "list", seen, told | for_case(request))
        return there, found

    there, found = await workroom(request).apart(work)
    return list_page(
        request, "watchlist", rows=found[_ROWS * (number - 1) : _ROWS * number],
        found=len(found), all=len(there), number=number, last=-(-len(found) // _ROWS) or 1,
        asked=asked, sorts={name: say(text) for name, (text, _) in _SORTS.items()},
        states=_states(there), tabs=words.STATES, kind=words.kind,
        contributors=sorted({one.entry.contributor for one in there if one.entry.contributor}),
        handlings=HANDLING, priorities=PRIORITIES,
        due=sum(map(_is_due, there)),
    )  # fmt: skip


def _states(there: Sequence[Known]) -> dict[str, int]:
    """Return how many entries each tab has; one in force counts there beside its proposal too."""
    counts = Counter(one.version.state for one in there)
    return {**counts, "released": sum(bool(one.in_force) for one in there)}


def _is_due(one: Known) -> bool:
    return one.review in _DUE and (bool(one.in_force) or one.version.state in OPEN)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004


def _fits(one: Known, asked: Mapping[str, str]) -> bool:
    entry, state = one.entry, asked["state"]
    if state and not (one.version.state == state or (state == "released" and one.in_force)):
        return False
    for name in ("contributor", "handling", "priority"):
        if asked[name] and getattr(entry, name) != asked[name]:
            return False
    numbers = " ".join(map(str, (*entry.mmsi, *entry.imo, *entry.call_sign)))
    names = " ".join(map(normal, entry.names))
    text = f"{entry.id} {names} {numbers} {entry.flag} {entry.type} {entry.reason}".casefold()
    return all(word in text for word in asked["q"].casefold().split())


async def reviews(request: Request) -> Response:
    """Answer the entries whose review is due soon or past, the oldest first."""
    person, mark = person_of(request), reading(request)

    def work(at: Desk) -> list[Known]:
        """Work at one desk, in one transaction."""
        due = [one for one in known(at, person) if _is_due(one)]
        due.sort(key=lambda one: (_DUE.index(one.review), str(one.review_by or "")))
        if due:
            noted(at, mark, "reviews", [one.entry.id for one in due], for_case(request))
        return due

    rows = await workroom(request).apart(work)
    counts = Counter(one.review for one in rows)
    grace = int(workroom(request).keeping.watchlist.grace_days)
    return list_page(request, "reviews", rows=rows, counts=counts, kinds=_DUE, grace=grace)


async def entry(request: Request) -> Response:
    """Answer one entry: what it says, every version, and what may be done with it."""
    return await shown(request)


async def persons(request: Request) -> Response:
    """Answer one entry with its owners and persons; a line of its own in the audit."""
    entry_id, person, mark = request.path_params["id"], person_of(request), reading(request)

    def work(at: Desk) -> tuple[ListedPerson, ...]:
        """Work at one desk, in one transaction."""
        history(at, person, entry_id)
        return watch.persons_of(at, entry_id, mark)

    return await shown(request, persons=await workroom(request).apart(work))


async def shown(
    request: Request, status: int = 200, said: str = "",
    persons: Sequence[ListedPerson] | None = None,
) -> Response:  # fmt: skip
    """Return the page of an entry; ``persons`` only where they were asked for."""
    entry_id, person, mark = request.path_params["id"], person_of(request), reading(request)

    def work(at: Desk) -> tuple[list[EntryVersion], list[Known], str]:
        """Work at one desk, in one transaction."""
        versions = history(at, person, entry_id)
        noted(at, mark, "show", [entry_id], for_case(request))
        return versions, known(at, person, [entry_id]), seen_as(at.connection, versions)

    versions, [one], seen = await workroom(request).apart(work)
    return list_page(
        request, "entry", status, said=said, persons=persons, roles=PERSON_ROLES, seen=seen,
        **version_values(versions, one),
    )  # fmt: skip


def version_values(versions: Sequence[EntryVersion], one: Known) -> dict[str, Any]:
    """Return what the templates of an entry say of its versions, the newest first."""
    changes = changes_of(versions)
    told: list[dict[str, Any]] = [
        {
            "version": version, "state": words.state(version.state),
            "story": words.story(version), "facts": words.facts(version.entry),
            "changes": words.told(changes.get(version.version, ())),
        }
        for version in reversed(versions)
    ]  # fmt: skip
    in_force = next((each for each in told if each["version"].state == "released"), None)
    proposal = next((each for each in told if each["version"].state == "proposed"), None)
    return {"known": one, "told": told, "in_force": in_force, "proposal": proposal,
            "shown": proposal or in_force or told[0]}  # fmt: skip
