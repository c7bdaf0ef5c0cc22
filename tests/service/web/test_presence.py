import json

import pytest

from service.rights import Person
from service.web import presence
from service.web.answers import to_json
from service.web.hub import Client, Hub

ALERT = "A-000000000001"
OTHER = "A-000000000002"
"""Limited for who has the first whole, and the other way round: neither says how the other is."""


def marks(*, limited: bool) -> str:
    return to_json({"type": "marks", "listed": [], "more": 0, "contacts": [], "alerts": [
        {"id": ALERT, "headline": 'said "limited":false', "limited": limited, "exercise": False},
        {"id": OTHER, "headline": "x", "limited": not limited, "exercise": False},
    ]})  # fmt: skip


@pytest.fixture
def hub() -> Hub:
    return Hub(lambda: b"")


def looking(hub: Hub, name: str, role: str, *, limited: bool, writing: bool = False) -> Client:
    client = hub.join(name, Person(name, name, f"{name} by name", role, "ITA", "", "H1"))
    client.marks = marks(limited=limited)
    said = {"type": "looking", "alert": ALERT, "writing": writing}
    presence.take(hub, client, json.dumps(said))
    return client


def told(client: Client) -> list[dict]:
    return json.loads(client.texts["present"])["people"]


def test_who_sees_an_alert_limited_is_not_told_who_works_on_it(hub) -> None:
    office = looking(hub, "ct", "office", limited=True)
    looking(hub, "papas", "analyst", limited=False, writing=True)
    looking(hub, "rossi", "operator", limited=False)
    assert told(office) == [{"name": "Somebody at the desk", "writing": True}]
    assert "papas" not in str(office.texts)


def test_who_sees_it_whole_is_told_names(hub) -> None:
    desk = looking(hub, "rossi", "operator", limited=False)
    looking(hub, "ct", "office", limited=True)
    assert told(desk) == [{"name": "ct by name", "writing": False}]


def test_alone_nobody_is_told_of_anybody(hub) -> None:
    office = looking(hub, "ct", "office", limited=True)
    assert told(office) == []
