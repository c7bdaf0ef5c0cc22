"""``vedetta dossier`` and ``vedetta evidence make`` as somebody at a shell has them."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from service.papers.desk import make_dossier
from service.papers.order import Order
from service.traffic.learning import adopt, keep
from store import audit
from store.changes import Change
from store.connect import connect, session
from tests.plugins.exercised import BEGIN
from tests.plugins.paged import texts_of
from tests.plugins.traffic import lane_model

SPAN = (
    "--from",
    f"{BEGIN:%Y-%m-%dT%H:%MZ}",
    "--to",
    f"{BEGIN + dt.timedelta(hours=1):%Y-%m-%dT%H:%MZ}",
)


@pytest.fixture
def config(freighter, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", freighter.dsn)
    monkeypatch.setenv("VEDETTA_USER", "a.rossi")
    path = tmp_path / "config.yaml"
    path.write_text(f"folder: {freighter.settings.folder}\nexercise: true\n")
    return path


@pytest.fixture(scope="module")
def ship(freighter):
    return freighter.alert_of("watchlist").mmsis[0]


def test_a_dossier_is_written_for_its_owner_alone_in_the_language_asked_for(
    vedetta, config, ship, tmp_path
):
    out = tmp_path / "d.pdf"
    told = vedetta("dossier", ship, *SPAN, "--reason", "note 17", "--language", "el", "-o", out,
                   "-c", config)  # fmt: skip
    assert told.code == 0
    assert out.stat().st_mode & 0o077 == 0
    assert "ΑΣΚΗΣΗ" in texts_of(out.read_bytes())[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--reason", "x", "-o", "d.doc"], "'.doc'; expected .pdf or .html"),
        (["-o", "d.pdf"], "--reason"),
    ],
)
def test_wrong_use_is_one_line_and_ends_with_2(vedetta, config, ship, words, said):
    told = vedetta("dossier", ship, *SPAN, *words, "-c", config)
    assert told.code == 2
    assert said in told.complaint


def test_a_model_of_the_usual_traffic_is_spoken_of_where_one_is_in_force(freighter, ship):
    made = Change("a.rossi", "note 17", BEGIN)
    order = Order(str(ship), BEGIN, BEGIN + dt.timedelta(hours=1), made)
    before = make_dossier(freighter.dsn, freighter.settings, order)
    assert before.facts.learned is None
    with session(freighter.dsn) as connection:
        adopt(connection, keep(connection, lane_model(), made), made)
    after = make_dossier(freighter.dsn, freighter.settings, order)
    assert after.facts.learned.edition == 1
    text = " ".join(texts_of(after.content))
    assert "Model of the usual traffic: edition 1" in text
    assert "She was heard under way for" in text


def test_a_package_is_made_and_its_hash_stands_in_the_audit(vedetta, config, freighter, tmp_path):
    out, one = tmp_path / "e.zip", freighter.alert_of("watchlist")
    words = ("evidence", "make", one.id, "-o", out, "--reason", "note 17", "-c", config)
    assert "H1" in vedetta(*words).complaint
    assert not out.exists()
    told = vedetta(*words, "--permission", "ITA, note 3")
    assert told.code == 0
    with connect(freighter.dsn) as connection:
        row = next(iter(audit.rows(connection, action="evidence.make", limit=1)))
    assert json.loads(row.details)["sha256"] in told.out
    assert vedetta("evidence", "verify", out, "--audit", "-c", config).code == 0
