"""Saved questions end unless somebody says that they are needed, and are erased later."""

from __future__ import annotations

import datetime as dt

from alerts.rules import Rules
from service.finding import saving
from service.finding.expiring import expiring
from service.schedule import Turn
from store import audit
from store.changes import Change
from store.connect import session
from store.editions import content, newest
from store.questions import saved_questions

BEGIN = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
GAPS = {"zone": "14,35,16,37", "hours": "6"}


def by(who: str, day: int) -> Change:
    return Change(who, "a test", BEGIN + dt.timedelta(days=day))


def run(dsn: str, day: int) -> dict:
    now = BEGIN + dt.timedelta(days=day)
    return dict(expiring(dsn, 365, lambda: now).work(Turn(now, None, lambda: False)))


def there(dsn: str) -> set[str]:
    with session(dsn) as connection:
        return {one.id for one in saved_questions(connection)}


def test_what_nobody_reviews_ends_is_logged_and_erased_and_a_rule_watches_no_more(dsn):
    with session(dsn) as connection:
        plain, kept, rule = (
            saving.save(connection, "dark off Malta", "gaps", GAPS, by("anna", 0), watch=watch)
            for watch in (False, False, True)
        )
        saving.release(connection, rule, by("bea", 10), four_eyes=True)
        saving.review(connection, kept, by("anna", 300), any_of_them=False)
    assert run(dsn, 364) == {"ended": 0, "erased": []}
    assert run(dsn, 370)["ended"] == 1
    assert there(dsn) == {kept, rule}
    # A rule counts from its release.
    assert run(dsn, 376)["ended"] == 1
    with session(dsn) as connection:
        edition = newest(connection, "rules")
        assert Rules.from_bytes(content(connection, edition.sha256)).rules == ()
        ended = audit.rows(connection, action="sea.expire", limit=10)
    assert {(one.who, one.subject) for one in ended} == {("vedetta", plain), ("vedetta", rule)}
    assert there(dsn) == {kept}
    [gone] = run(dsn, 370 + 366)["erased"]
    assert (gone["table"], gone["count"]) == ("saved_question", 1)
    with session(dsn) as connection:
        assert audit.rows(connection, action="retention.erase", limit=10)
