"""``routes`` and ``deliveries``: who would be told, who was, and dead letters."""

from __future__ import annotations

import json

import pytest

from alerts.notices import Delivery, alert_json
from service import cli
from service.commands import deliveries, routes
from store import audit, outbox
from store.connect import connect
from tests.plugins.notices import HOSTILE, MINUTE_US, NOON_US, alert, hostile, notice

HOUR_US = 60 * MINUTE_US
TABLE = """\
exercise: true
channels:
  - {kind: log, name: mail}
routing:
  offices:
    - {id: catania, name: EURTF Catania, country: ITA, channels: [mail], language: it}
    - {id: mrcc-roma, name: MRCC Roma, kind: rescue_centre, centre: mrcc-roma, channels: [mail],
       agreement: 2026/17}
    - {id: rcc-malta, name: RCC Malta, kind: rescue_centre, centre: rcc-malta, enabled: false}
  rules:
    - {name: rescue, lanes: [sar], offices: ["*"]}
    - {name: italy, lanes: [law], member_states: [ITA], offices: [catania]}
"""


NOT_CONCERNED = [
    f"  not told  {centre}: no rule fits, and no region of {centre.split()[0]} is concerned"
    for centre in ("mrcc-roma (MRCC Roma)", "rcc-malta (RCC Malta)")
]


@pytest.fixture(autouse=True)
def _verbs(monkeypatch) -> None:
    monkeypatch.setitem(cli.vedetta.commands, "routes", routes.routes)
    monkeypatch.setitem(cli.vedetta.commands, "deliveries", deliveries.deliveries)


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(TABLE)
    return path


def test_a_dry_run_of_kinds_says_who_would_get_what(vedetta, config):
    told = vedetta("routes", "dry-run", "distress", "gap", "--at", "36.0,13.5", "--from", "ITA",
                   "-c", config)  # fmt: skip
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == "distress (sar, critical, H1, TLP green)"
    assert lines[lines.index("gap (law, medium, H1, TLP green)") + 1 :] == [
        "  told      catania (EURTF Catania): mail; it; in full; rule italy",
        *NOT_CONCERNED,
    ]


def test_a_dry_run_tells_the_rescue_centres_of_the_region_first(vedetta, config):
    lines = vedetta("routes", "dry-run", "distress", "--at", "40.0,11.0", "-c", config).out
    assert [line.split()[:2] for line in lines.splitlines()[1:]] == [
        ["told", "mrcc-roma"], ["told", "catania"], ["not", "told"],
    ]  # fmt: skip
    off_malta = vedetta("routes", "dry-run", "distress", "--at", "35.7,14.6", "-c", config).out
    assert "not told  rcc-malta (RCC Malta): not enabled: needs an agreement on file" in off_malta


def test_a_dry_run_reads_an_alert_as_alerts_show_writes_it(vedetta, config, tmp_path):
    file = tmp_path / "alert.json"
    file.write_text(json.dumps(alert_json(alert())))
    told = vedetta("routes", "dry-run", file, "-c", config)
    assert told.out.splitlines() == [
        "gap (law, medium, H1, TLP amber)",
        "  told      catania (EURTF Catania): mail; it; in full; rule italy",
        *NOT_CONCERNED,
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_file_prints_plain_lines(vedetta, config, tmp_path, text):
    file = tmp_path / "alert.json"
    file.write_text(json.dumps(alert_json(hostile(text).alert)))
    told = vedetta("routes", "dry-run", file, "-c", config)
    assert all(line.isprintable() for line in told.out.splitlines())


@pytest.mark.parametrize(
    "words, said",
    [
        (("gaps",), "no such file or kind"),
        (("gap", "--at", "95,200"), "latitude first"),
        (("gap", "--at", "here"), "latitude first"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(vedetta, words, said):
    told = vedetta("routes", "dry-run", *words)
    assert told.code == 2
    assert said in told.complaint


def test_a_file_that_is_no_alert_and_a_table_that_is_none_are_named(vedetta, config, tmp_path):
    file = tmp_path / "alert.json"
    file.write_text("{}")
    assert "is no alert" in vedetta("routes", "dry-run", file, "-c", config).complaint
    config.write_text("routing:\n  offices:\n    - {id: Big, name: x}\n")
    told = vedetta("routes", "dry-run", "gap", "-c", config)
    assert told.code == 2
    assert "routing.offices.0: office id 'Big'" in told.complaint


@pytest.fixture
def sent(dsn) -> int:
    """A delivery that waits after a fault, and a dead letter, whose number it gives."""
    made = [
        Delivery(notice(id=f"A-{n}.1.catania", alert=alert(id=f"A-{n:012x}")), "mail", "rule all")
        for n in range(2)
    ]
    with connect(dsn, autocommit=True) as connection:
        outbox.enqueue(connection, made)
        first, other = (
            outbox.lease(
                connection, "mail", ("law",), "w", NOON_US + HOUR_US, NOON_US + 2 * HOUR_US
            )
            for _ in made
        )
        outbox.later(connection, first, "451 busy", NOON_US + 3 * HOUR_US)
        outbox.dead(connection, other, "550 no such mailbox\x1b[31m", NOON_US + HOUR_US)
    return other.number


def test_what_waits_says_why_and_until_when(office, sent):
    told = office("deliveries", "list", "--state", "waiting", "--channel", "mail")
    assert "next try 2026-11-20 15:00Z: 451 busy" in told.out


def test_dead_letters_are_listed_and_tried_again_with_a_reason(office, dsn, sent):
    told = office("deliveries", "list", "--state", "dead")
    assert "550 no such mailbox" in told.out
    assert all(line.isprintable() for line in told.out.splitlines())
    assert office("deliveries", "retry", sent).code == 2
    assert office("deliveries", "retry", sent, "--why", "mailbox corrected").code == 0
    assert "no dead letter" in office("deliveries", "retry", sent, "--why", "again").complaint
    [row] = json.loads(office("deliveries", "list", "--alert", f"A-{1:012x}", "--json").out)
    assert (row["state"], row["attempts"]) == ("waiting", 0)
    with connect(dsn) as connection:
        assert [line.action for line in audit.rows(connection)] == ["deliveries.retry"]
