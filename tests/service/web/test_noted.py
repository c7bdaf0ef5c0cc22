"""What shows the list, alerts, persons or the audit does not answer without a row of the audit."""

from __future__ import annotations

from service.rights import DEEDS
from service.web.app import create_app
from service.web.rights import ROUTES
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.connect import session
from tests.plugins import people
from tests.service.web.test_rights import filled

SETTINGS = WebSettings(port=0, poll_s=5)
NOTED = {
    "alerts.read", "watchlist.read", "watchlist.persons", "cases.read", "contacts.read",
    "audit.read", "people.manage", "protection.subject",
}  # fmt: skip
BARE = {"/people/new", "/data-protection/subject"}
"""Forms with nothing in them yet."""


def head(dsn: str) -> int:
    with session(dsn) as connection:
        return audit.head(connection).number


def test_every_look_beyond_what_vessels_broadcast_is_a_row(dsn, source, files, facts) -> None:
    app = create_app(SETTINGS, dsn, source=source, files=files, facts=facts)
    tokens = {role: people.token(dsn, role) for role in DEEDS["people.manage"] + ("supervisor",)}
    looks, silent = 0, []
    with running(app, SETTINGS) as address:
        for (method, path), deed in ROUTES.items():
            if method != "GET" or deed not in NOTED or path in BARE:
                continue
            role = "administrator" if "supervisor" not in DEEDS[deed] else "supervisor"
            before = head(dsn)
            with people.client(address, tokens[role]) as client:
                answer = client.get(filled(path))
            if answer.status_code == 200:
                looks += 1
                silent += [path] if head(dsn) == before else []
    # A new page that shows these reads through service.web.noting.looked.
    assert (silent, looks >= 4) == ([], True)
