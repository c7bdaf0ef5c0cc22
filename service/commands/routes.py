"""``routes``: who would be told of what, without telling anybody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alerts.kinds import KINDS, SEVERITIES
from service.commands.asking import CONFIG, plain, settings_of
from service.errors import WrongUseError

if TYPE_CHECKING:
    from alerts.alert import Alert
    from geofence.zones import Zone

_LARGEST = 4_000_000


@click.group(short_help="Who is told of what.")
def routes() -> None:
    """Look at the routing table of the settings.

    Example: vedetta routes dry-run distress --at 35.3,12.7 -c config.yaml
    """


@routes.command("dry-run", short_help="Print who would get what, and tell nobody.")
@click.argument("what", nargs=-1, required=True, metavar="FILE|KIND…")
@click.option("--at", metavar="LAT,LON", help="Where, for kinds: its zones, states and rescue "
              "centres.")  # fmt: skip
@click.option("--severity", type=click.Choice(SEVERITIES), help="Instead of the kind's own.")
@click.option("--handling", type=click.Choice(("H0", "H1", "H2", "H3")), default="H1",
              show_default=True)  # fmt: skip
@click.option("--tlp", type=click.Choice(("clear", "green", "amber", "red")), default="green",
              show_default=True)  # fmt: skip
@click.option(
    "--from",
    "contributors",
    multiple=True,
    metavar="ISO3",
    help="Member State whose entry of the list went into it; may be repeated.",
)
@CONFIG
def dry_run(
    *, what: tuple[str, ...], at: str | None, contributors: tuple[str, ...],
    config: Path | None, **codes: Any,  # noqa: ANN401 (one for each option of codes)
) -> None:  # fmt: skip
    """Print who would be told of an alert, by which channels, how much, and why.

    KIND is a kind of event, FILE an alert as `vedetta alerts show ID --json` writes it.
    Nobody is told anything.

    Example: vedetta routes dry-run distress gap --at 35.3,12.7 -c config.yaml
    """
    from alerts.routing import considered, explain

    settings = settings_of(config).routing
    place = _place(at)
    for word in what:
        alert = _of_kind(word, place, contributors, codes) if word in KINDS else _of_file(word)
        zones = _zones_at(alert)
        if word in KINDS:
            alert = replace(alert, zones=tuple(zone.id for zone in zones))
        found = considered(
            alert, settings, centres=_centres(zones), countries=_countries(alert, zones)
        )
        codes_told = f"{alert.codes.handling}, TLP {alert.codes.tlp}"
        head = f"{alert.kind} ({alert.lane}, {alert.severity}, {codes_told})"
        click.echo(f"{plain(head)}\n{_plain_lines(explain(found, settings))}")


def _plain_lines(text: str) -> str:
    """Return lines for a terminal, each indented and without anything that does not print."""
    return "\n".join(f"  {plain(line)}" for line in text.split("\n"))


def _place(at: str | None) -> tuple[float, float] | None:
    """Return (lon, lat) of the option --at."""
    if at is None:
        return None
    try:
        lat, lon = (float(part) for part in at.split(","))
    except ValueError:
        lat = lon = float("nan")
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004 (degrees)
        expected = "degrees, latitude first, as 35.3,12.7"
        raise WrongUseError(f"--at {plain(at)[:40]}: expected {expected}")
    return lon, lat


def _of_file(name: str) -> Alert:
    from alerts.errors import AlertsError
    from alerts.notices import alert_of
    from service.intake import check_file

    path = Path(name)
    if not path.exists():
        kinds = ", ".join(KINDS)
        raise WrongUseError(f"{plain(name)[:80]}: no such file or kind; kinds are {kinds}")
    check_file(path, endings=(".json",), max_bytes=_LARGEST)
    try:
        return alert_of(json.loads(path.read_text("utf-8")))
    except (ValueError, AlertsError) as error:
        raise WrongUseError(f"{plain(name)[:80]}: {error}") from None


def _of_kind(
    kind: str, place: tuple[float, float] | None, contributors: tuple[str, ...],
    codes: dict[str, Any],
) -> Alert:  # fmt: skip
    """Return an alert that this kind of event alone would make."""
    from alerts.alert import Alert, Codes

    usual = KINDS[kind]
    lon, lat = place or (None, None)
    return Alert(
        id="A-000000000000", version=1, state="new", lane=usual.lane,
        severity=codes["severity"] or usual.severity, kind=kind, headline="", score=0.5, shares=(),
        vessels=(), mmsis=(), zones=(), lon=lon, lat=lat, place="", started_us=0, updated_us=0,
        ended_us=None, events=(),
        codes=Codes(codes["handling"], tlp=codes["tlp"], contributors=contributors),
    )  # fmt: skip


def _zones_at(alert: Alert) -> list[Zone]:
    """Return the zones that come along which contain the place, or which the alert names."""
    import shapely

    from geofence.builtin import builtin_zones

    point = None if alert.lon is None or alert.lat is None else shapely.Point(alert.lon, alert.lat)
    return [
        zone
        for zone in builtin_zones().zones
        if zone.id in alert.zones or (point is not None and zone.geometry.intersects(point))
    ]


def _centres(zones: list[Zone]) -> set[str]:
    from alerts.sar import centre_id

    return {
        centre_id(str(name))
        for zone in zones
        if zone.kind == "sar_region"
        for name in zone.details.get("rescue_centres", ())
    }


def _countries(alert: Alert, zones: list[Zone]) -> set[str]:
    said = [zone.details.get("country") for zone in zones if zone.id in alert.zones]
    return {state for one in said if one for state in ([one] if isinstance(one, str) else one)}
