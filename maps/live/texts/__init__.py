"""What the map's page and the scripts of all pages say: one catalogue.

::

    maps/live/texts/en.toml ─┬─▶ maps/live/frame.html: say
    alerts/texts/en.toml ────┴─▶ /assets/<version>/catalogue.js ──▶ maps/assets/texts.js: say, many

What the map and an alert's page or mail say alike stands in the catalogue of messages alone.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGE = "en"
FRAME = ("frame.", "class.", "zone_kind.")
"""How keys begin that the page says and no script."""
MODULE = "catalogue.js"
"""Under what name the browser loads it, beside our scripts."""
SHARED: Mapping[str, str] = {
    "alert.limited": "alerts_limited",
    "alert.unknown": "alerts_unknown",
    "alert.place": "place",
    "alert.position": "position",
    "alert.heard_last": "heard_last",
    "alert.updated": "updated",
    "alert.zones": "zones",
    "alert.listed": "listed",
    "alert.events": "events",
    "alert.log": "alerts_log",
    "alert.told_whom": "alerts_told",
    "alert.told_nobody": "alerts_nobody",
    "alert.acked": "alerts_acked",
    "alert.received": "alerts_received",
    "alert.dead": "alerts_dead",
    "alert.waiting": "alerts_waiting",
    "alert.show": "alerts_map",
    "sar.no_contact": "no_contact",
    "sar.no_reach": "no_reach",
    "sar.nearest": "nearest",
    "sar.assumed": "assumed",
    "act.remark": "alerts_remark",
    "did.assign": "act_assign",
    "did.comment": "act_comment",
    "did.snooze": "act_snooze",
    "did.escalate": "act_escalate",
    "did.resolve": "act_resolve",
    "did.alert": "act_alert",
    "did.update": "act_update",
    "did.grown": "act_grown",
    "did.cancel": "act_cancel",
    "bar.utc": "bar_utc",
    "bar.exercise_time": "bar_time",
    "bar.analysis": "nav_analysis",
    "feed.none_reported": "hear_no_feed",
    "hearing.never": "hear_never",
    "hearing.more": "hear_title",
    "ship.position": "position",
    "ship.export": "alerts_export",
    "ship.links": "alerts_links",
    "frame.pages": "bar_pages",
    "frame.map": "nav_map",
    "frame.simulated": "bar_simulated",
    "frame.exercise": "exercise",
    "frame.account": "bar_account",
    "frame.sign_out": "bar_out",
}
"""Keys of ours, and under which words of a message each stands."""


@cache
def texts() -> Mapping[str, str]:
    """Return every text by ``part.key``, one with plurals by ``part.key.form``."""
    told = catalogue(LANGUAGE)
    own = tomllib.loads((Path(__file__).parent / f"{LANGUAGE}.toml").read_text("utf-8"))
    return {
        **dict(flat(own)),
        **{key: told.words[word] for key, word in SHARED.items()},
        **{f"lane.{key}": told.lanes[key] for key in ("sar", "law")},
        **{f"severity.{key}": word for key, word in told.severities.items()},
        "time.months": " ".join(told.months),
    }


def say(key: str, **values: object) -> str:
    """Return the text of ``key`` with ``values`` in it."""
    return texts()[key].format(**values)


def module() -> str:
    """Return what scripts say as the browser loads it."""
    told = {key: text for key, text in texts().items() if not key.startswith(FRAME)}
    said = json.dumps(told, ensure_ascii=False, indent=0)
    return f'export const LANGUAGE = "{LANGUAGE}";\nexport const TEXTS = {said};\n'


def flat(part: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of a catalogue's part by ``part.key``."""
    for key, value in part.items():
        if isinstance(value, str):
            yield f"{before}{key}", value
        else:
            yield from flat(value, f"{before}{key}.")
