"""The mail that tells an office what changed: text in its language, the document beside it.

It goes by plain mail, so no vessel is named in it (``Report.nameless``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.plain import plain
from maps.papers.change import headline, sentences, trend_wording
from maps.papers.trends import deaf, lead, subtitle, sure, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.routing import Office
    from alerts.trends.report import Report

_MOST = 30


def letter(report: Report, office: Office, page: str) -> str:
    """Return subject, line feed and text for ``office``; ``page``: the service's address."""
    w = trend_wording(office.language)
    mark = f"{w.words['drill']}: " if report.exercise else ""
    subject = plain(f"{mark}{w.words['trends']}: {title(report, w)}", 160)
    lines = _lines(report.nameless(), page, office.language)
    return "\n".join([subject, *lines]) + "\n"


def _lines(report: Report, page: str, language: str) -> Iterator[str]:
    w = trend_wording(language)
    if report.exercise:
        yield from (w.words["drill"], "")
    yield f"{title(report, w)}."
    yield f"{subtitle(report, w)}."
    if not report.findings:
        yield from ("", lead(report, w))
    parts = {"section_new": [one for one in report.findings if not one.told],
             "section_known": [one for one in report.findings if one.told]}  # fmt: skip
    for section, those in parts.items():
        if those:
            yield from ("", f"{w.words[section]}:")
        for one in those[:_MOST]:
            yield from ("", f"- {headline(one, report, w)}.",
                        f"  {' '.join(sentences(one, report, w))}")  # fmt: skip
    if report.comparable:
        yield from ("", sure(report, w))
    yield from ("", f"{w.words['section_deaf']}:")
    yield from (f"- {one}" for one in deaf(report, w))
    if page:
        yield from ("", f"{page.rstrip('/')}/trends?until={report.until:%Y-%m-%d}")
