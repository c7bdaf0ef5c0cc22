"""What the documents point to is there, and what they tell people to type exists."""

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from ais.counts import Counts
from ais.feeds import FEEDS
from alerts.detectors import DETECTORS
from alerts.routing import Rule
from service.cli import vedetta
from tests.plugins.incidents import AYLA, Desk, event

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_our_own_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!\w+:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_a_page_shows_exist(page: Path) -> None:
    shown = set(re.findall(r"\./vedetta ([a-z]+)", page.read_text()))
    assert shown <= {"test", *vedetta.commands}


def test_the_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^\./vedetta \w+", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert commands[:2] == ["./vedetta demo", "./vedetta test"]


def test_decisions_say_context_decision_and_cost() -> None:
    for page in sorted((ROOT / "docs" / "adr").glob("*.md")):
        parts = re.findall(r"^\*\*(\w+)\.\*\*", page.read_text(), re.MULTILINE)
        assert {"Context", "Decision", "Cost"} <= set(parts), page.name


@pytest.mark.parametrize("kind", FEEDS)
def test_every_setting_of_every_feed_is_explained_and_no_other(kind: str) -> None:
    sections = (ROOT / "docs" / "feeds.md").read_text().split("\n## ")
    (own,) = [section for section in sections if section.startswith(f"{kind}:")]
    (shared,) = [section for section in sections if section.startswith("Every feed")]
    rows = re.findall(r"^\| (`.*?) \|", shared + own, re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)} - {"kind"}
    assert explained == {field.name for field in dataclasses.fields(FEEDS[kind])}


def test_the_example_of_feeds_is_accepted() -> None:
    page = (ROOT / "docs" / "feeds.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for entry in yaml.safe_load(example)["feeds"]:
        FEEDS[entry.pop("kind")](**entry)


@pytest.mark.parametrize("name", DETECTORS)
def test_every_setting_of_every_detector_is_listed_with_its_default(name: str) -> None:
    sections = (ROOT / "docs" / "detectors.md").read_text().split("\n## ")
    (own,) = [section for section in sections if section.startswith(f"{name}\n")]
    listed = re.findall(r"^\| `(\w+)` \| (.*) \|$", own, re.MULTILINE)
    fields = dataclasses.fields(DETECTORS[name])
    assert listed == [(field.name, _shown(field.default)) for field in fields]
    assert all(f"`{kind}`" in own for kind in DETECTORS[name].kinds)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g}" if number else str(value)


def test_what_the_page_says_of_broken_transponders_is_so() -> None:
    """DETECTORS row 1: no alarm, so the count must be somewhere."""
    page = (ROOT / "docs" / "detectors.md").read_text()
    counted = re.search(r"counted as `(\w+)`", page)
    assert counted is not None
    assert counted[1] in Counts().as_dict()
    desk = Desk()
    desk.sees(event("distress", AYLA, severity="info"))
    alert = desk.one().alert
    assert (alert.lane, alert.severity) == ("sar", "info")
    assert not Rule("any", ("*",)).fits(alert)
    assert Rule("all", ("*",), severity_at_least="info").fits(alert)
