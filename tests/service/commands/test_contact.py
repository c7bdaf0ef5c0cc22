"""``contact``: a sighting is entered, seen again, listed and closed; wrong ones are refused."""

from __future__ import annotations

import json

import pytest

from service import cli
from service.commands import contact as commands
from store import audit
from store.connect import session
from store.contacts import contacts_now

BOAT = ("--kind", "aircraft", "--lon", "12.9", "--lat", "35.1", "--error", "2", "--persons", "40",
        "--time", "2026-05-10T14:20", "--description", "wooden boat")  # fmt: skip
WHY = ("--why", "Osprey 2")


@pytest.fixture(autouse=True)
def _verb(monkeypatch) -> None:
    monkeypatch.setitem(cli.vedetta.commands, "contact", commands.contact)


def test_a_contact_is_entered_seen_again_listed_and_closed(dsn, office) -> None:
    assert office("contact", "add", *BOAT, *WHY).out == "C-000001 entered, sighting 1\n"
    again = office("contact", "add", *BOAT, *WHY, "--same-as", "C-000001")
    assert again.out == "C-000001 entered, sighting 2\n"
    said = office("contact", "list")
    assert "C-000001  2026-05-10T14:20  aircraft  35.1000  12.9000  2         40" in said.out
    assert said.err.endswith("1 contacts\n")
    assert office("contact", "close", "C-000001", *WHY).code == 0
    [told] = json.loads(office("contact", "list", "--all", "--json").out)
    assert (told["closed"], told["version"], told["entered_by"]) == (True, 3, "a.rossi")
    with session(dsn) as connection:
        done = [(row.action, row.subject, row.why) for row in audit.rows(connection)]
        assert contacts_now(connection) == []
    assert done == [("contact.close", "C-000001", "Osprey 2")] + 2 * [
        ("contact.add", "C-000001", "Osprey 2")
    ]


@pytest.mark.parametrize(
    "wrong, said",
    [
        (("--lat", "95"), "lat 95.0; expected degrees"),
        (("--description", "a\x1b[2J"), "expected one printable line"),
        (("--time", "yesterday"), "expected a time in UTC"),
        (("--time", "2999-01-01T00:00"), "lies ahead"),
    ],
)
def test_a_wrong_one_is_refused_in_one_line(office, wrong, said) -> None:
    told = office("contact", "add", *BOAT, *wrong, *WHY)
    assert told.code == 2
    assert said in told.complaint
    assert "\x1b" not in told.err


def test_a_contact_that_is_not_there_cannot_be_closed(office) -> None:
    told = office("contact", "close", "C-000009", *WHY)
    assert told.code == 1
    assert "no such contact" in told.complaint
