"""Who looks at an alert just now: people who have the same one open see each other.

A browser says ``{"type": "looking", "alert": "A-…", "writing": false}`` when that changes, and is
told ``{"type": "present", "alert", "people": [{"name", "writing"}]}`` of the others. Only those
hear of each other in whose marks the alert is; who has it there with limited sight hears that
somebody is at it, and not who.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from alerts.plain import plain
from alerts.texts import catalogue
from service.web.answers import to_json

if TYPE_CHECKING:
    from service.web.hub import Client, Hub

_ALERT = re.compile(r"A-[0-9a-f]{12}")
_LANGUAGE = "en"  # that of the map's page
_NEXT = '"id":"A-'
_WHOLE = '"limited":false'
_LONGEST_NAME = 80


def take(hub: Hub, client: Client, text: str) -> None:
    """Take what a browser said; what is no word of ours is not heard."""
    said = _said(text)
    if said is None or client.person is None:
        return
    wanted = said.get("alert") or ""
    if not isinstance(wanted, str) or not _known(client, wanted):
        wanted = ""
    before, client.looking = client.looking, wanted
    client.writing = bool(wanted) and said.get("writing") is True
    for alert in {before, wanted} - {""}:
        _tell(hub, alert)


def left(hub: Hub, client: Client) -> None:
    """Tell the others that ``client`` has gone."""
    before, client.looking = client.looking, ""
    if before:
        _tell(hub, before)


def judge(hub: Hub, client: Client) -> None:
    """Have ``client`` leave an alert that is in its marks no more: its person's rights changed."""
    if client.looking and not _known(client, client.looking):
        left(hub, client)


def _said(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.get("type") == "looking" else None


def _known(client: Client, alert: str) -> bool:
    """Tell whether the alert stands in the marks that this very client was given."""
    return bool(_ALERT.fullmatch(alert)) and f'"{alert}"' in client.marks


def _whole(client: Client, alert: str) -> bool:
    """Tell whether the client's own mark of the alert is one without limits."""
    _, _, behind = client.marks.partition(f'"{alert}"')
    return _WHOLE in behind.partition(_NEXT)[0]


def _tell(hub: Hub, alert: str) -> None:
    # Asked anew: codes and clearances change while somebody looks.
    looking = [one for one in hub.clients if one.looking == alert and _known(one, alert)]
    there = [one for one in looking if one.person is not None]
    for client in there:
        # Somebody may have two maps open: they are no company for themselves.
        own = client.person.account if client.person else ""
        others = {
            one.person.account: {
                "name": plain(one.person.display, _LONGEST_NAME),
                "writing": one.writing,
            }
            for one in sorted(there, key=lambda one: one.writing)
            if one.person is not None and one.person.account != own
        }
        people = sorted(others.values(), key=lambda one: str(one["name"]))
        if people and not _whole(client, alert):
            somebody = catalogue(_LANGUAGE).say("desk_somebody")
            people = [{"name": somebody, "writing": any(one["writing"] for one in people)}]
        said = {"type": "present", "alert": alert, "people": people}
        hub.tell(client, "present", to_json(said))
