"""A zone's attributes as columns of a table, and back from what the files of others carry."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from anyascii import anyascii

from geofence.files.faults import shown
from geofence.files.features import Feature, ZoneDefaults
from geofence.zones import KINDS, LEAVE_M, LEGAL, Zone

LONGEST = 200
"""Characters of a name, source or licence."""
LONGEST_DETAILS = 10_000
"""Characters of all details as JSON."""
LEAVE_LIMIT_M = 100_000.0
"""A vessel that is 100 km outside has left, whatever somebody meant."""
_DEEPEST = 4
_SLUG = 70
"""Characters of a name in an id: the feature's number still fits behind them."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_NAMES = {
    "id": ("zone_id", "id"),
    "name": ("name", "title"),
    "kind": ("kind",),
    "source": ("source",),
    "licence": ("licence", "license"),
    "version": ("version",),
    "legal_status": ("legal_status", "legal_stat"),
    "valid_from": ("valid_from",),
    "valid_until": ("valid_until", "valid_till", "valid_unti"),
    "leave_m": ("leave_m",),
}
"""Names under which files carry an attribute; the first that is there counts."""
DETAILS = ("country", "rescue_centres", "office", "note")
"""Properties that go into the details when they stand alone."""
KNOWN = frozenset((*(name for names in _NAMES.values() for name in names), *DETAILS, "details"))
# Bidirectional overrides make a name read as another one; U+FFFE and U+FFFF are no XML.
_UNWANTED = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def columns(zone: Zone) -> dict[str, str | float]:
    """Return the attributes as columns: text, and metres; details as JSON, absent = ""."""
    return {
        "zone_id": zone.id,
        "name": zone.name,
        "kind": zone.kind,
        "source": zone.source,
        "licence": zone.licence,
        "version": zone.version,
        "legal_status": zone.legal_status,
        "valid_from": _iso(zone.valid_from),
        "valid_until": _iso(zone.valid_until),
        "leave_m": zone.leave_m,
        "details": details_text(zone.details),
    }


def details_text(details: Mapping[str, Any]) -> str:
    """Return details as JSON, "" for none: ASCII without a blank, which no table changes."""
    if not details:
        return ""
    text = json.dumps(dict(details), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.replace(" ", "\\u0020")


def _iso(moment: dt.datetime | None) -> str:
    return "" if moment is None else moment.astimezone(dt.UTC).isoformat()


class Attributes:
    """Reads one feature's attributes and gathers what is wrong with them."""

    def __init__(self, feature: Feature, defaults: ZoneDefaults) -> None:
        self.faults: list[str] = []
        self._feature = feature
        self._defaults = defaults

    def read(self) -> dict[str, Any]:
        """Return the fields of a Zone without its geometry; see ``faults`` before using them."""
        start, end = self._moment("valid_from"), self._moment("valid_until")
        if start and end and start >= end:
            self.faults.append(f"valid_from {start:%Y-%m-%d %H:%M} is not before valid_until "
                               f"{end:%Y-%m-%d %H:%M}; correct one of them")  # fmt: skip
        name = self._text("name")
        return {
            "id": self._id(name),
            "name": name or f"zone {self._feature.number}",
            "kind": self._one_of("kind", KINDS, self._defaults.kind),
            "source": self._text("source") or self._defaults.source,
            "licence": self._text("licence") or self._defaults.licence,
            "version": self._text("version") or self._defaults.version,
            "legal_status": self._one_of("legal_status", LEGAL, self._defaults.legal_status),
            "valid_from": start,
            "valid_until": end,
            "leave_m": self._leave(),
            "details": self._details(),
        }

    def _value(self, attribute: str) -> Any:  # noqa: ANN401 (whatever the file says)
        for name in _NAMES[attribute]:
            value = self._feature.properties.get(name)
            if value is not None and value != "" and not _is_nan(value):
                return value
        return None

    def _text(self, attribute: str) -> str:
        value = self._value(attribute)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # tables keep whole numbers as 3.0
        if not isinstance(value, str | int | float):
            self.faults.append(f"{attribute} is no text; write it as text")
            return ""
        text = str(value).strip()
        if trouble := text_trouble(text, LONGEST):
            self.faults.append(f"{attribute} {shown(text)} {trouble}")
            return ""
        return text

    def _one_of(self, attribute: str, allowed: tuple[str, ...], default: str) -> str:
        text = self._text(attribute) or default
        if text not in allowed:
            self.faults.append(f"{attribute} {shown(text)}; expected one of {', '.join(allowed)}")
        return text

    def _id(self, name: str) -> str:
        said = self._text("id")
        text = said if _ID.fullmatch(said) else slug(said)
        if not said:
            text = f"{slug(name)[:_SLUG] or 'zone'}-{self._feature.number}"
        if not text:
            self.faults.append(f"id {shown(said)} has no letter or digit; correct it")
        prefix = self._defaults.id_prefix
        text = text if text.startswith(prefix) else prefix + text
        if len(text) > 80:  # noqa: PLR2004 (as Zone asks)
            self.faults.append(f"id {shown(text)} has {len(text)} characters; at most 80")
        return text

    def _moment(self, attribute: str) -> dt.datetime | None:
        text = self._text(attribute)
        if not text:
            return None
        try:
            # Shapefiles carry 2026/12/31: their own dates are days without a time.
            moment = dt.datetime.fromisoformat(text.replace("/", "-"))
            return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.faults.append(f"{attribute} {shown(text)} is no date; expected 2026-12-31 or "
                               "2026-12-31T12:00:00Z")  # fmt: skip
            return None

    def _leave(self) -> float:
        value = self._value("leave_m")
        if value is None:
            # A number that is there and is none must not pass as the default.
            if _is_nan(self._feature.properties.get("leave_m")):
                self.faults.append("leave_m is not a number; expected metres, as 500")
            return LEAVE_M
        try:
            metres = float(value)
        except (TypeError, ValueError, OverflowError):
            metres = math.nan
        if not 0 <= metres <= LEAVE_LIMIT_M:
            self.faults.append(f"leave_m {shown(str(value))}; expected metres from 0 to 100,000")
            return LEAVE_M
        return round(metres, 1)

    def _details(self) -> dict[str, Any]:
        details = self._said_details()
        for name in DETAILS:
            value = self._feature.properties.get(name)
            if value is not None and value != "":
                details.setdefault(name, value)
        if not _is_flat(details, _DEEPEST):
            self.faults.append("details are nested too deeply; expected texts and lists")
            return {}
        try:
            size = len(json.dumps(details, allow_nan=False, ensure_ascii=False))
        except (TypeError, ValueError):
            self.faults.append("details hold what is no JSON, or a number that is none")
            return {}
        if size > LONGEST_DETAILS:
            self.faults.append(f"details have {size:,} characters; at most {LONGEST_DETAILS:,}")
        for text in _texts(details):
            if trouble := text_trouble(text, LONGEST_DETAILS):
                self.faults.append(f"details: {shown(text)} {trouble}")
        return details

    def _said_details(self) -> dict[str, Any]:
        value = self._feature.properties.get("details")
        pieces = [value] if isinstance(value, str) else []
        # A Shapefile's text ends at 254 bytes: long details go on in details_2, details_3 …
        while isinstance(more := self._feature.properties.get(f"details_{len(pieces) + 1}"), str):
            pieces.append(more)
        if pieces:
            try:
                value = json.loads("".join(pieces)) if any(pieces) else None
            except (ValueError, RecursionError):
                self.faults.append('details are no JSON; expected an object as {"note": "…"}')
                return {}
        if value is None or _is_nan(value):
            return {}
        if not isinstance(value, dict):
            self.faults.append('details are no JSON object; expected one as {"note": "…"}')
            return {}
        return dict(value)


def slug(text: str) -> str:
    """Return ``text`` as an id may be: lower-case letters and digits, - for the rest."""
    plain = anyascii(text[:LONGEST]).lower()
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-._")


def text_trouble(text: str, longest: int) -> str:
    """Return why ``text`` may not be in a zone, "" where it may."""
    if len(text) > longest:
        return f"has {len(text):,} characters; expected at most {longest:,}"
    unwanted = {"Cc", "Cs", "Zl", "Zp"}
    if _UNWANTED.search(text) or any(unicodedata.category(c) in unwanted for c in text):
        return "holds control characters; leave them out"
    return ""


def _is_nan(value: Any) -> bool:  # noqa: ANN401 (whatever the file says)
    return isinstance(value, float) and math.isnan(value)


def _is_flat(value: Any, deepest: int) -> bool:  # noqa: ANN401 (whatever the file says)
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return deepest > 0 and all(_is_flat(one, deepest - 1) for one in inner)
    return True


def _texts(value: Any) -> list[str]:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return [*value, *(text for one in value.values() for text in _texts(one))]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
