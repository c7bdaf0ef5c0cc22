"""``evidence``: what an alert rests on, packed and proven."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.asking import BY, CONFIG, JSON, can_write, made, plain, settings_of, why
from service.commands.progress import bytes_bar
from service.errors import ServiceError, WrongUseError

if TYPE_CHECKING:
    from service.evidence.making import Made
    from service.evidence.verdict import Verdict


NEEDED = "needed"


@click.group(short_help="Pack what an alert rests on, and prove such a package.")
def evidence() -> None:
    """Pack what an alert rests on, so that anybody can prove it; and prove such a package."""


@evidence.command("make", short_help="Pack the evidence of an alert.")
@click.argument("alert", metavar="ALERT")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
              metavar="F.zip", help="File to write; only its owner can read it.")  # fmt: skip
@why("the evidence is needed", "--reason")
@click.option("--permission", default="", metavar="TEXT",
              help="Who allowed what the codes forbid, as 'ITA, note 17 of 3 May'.")  # fmt: skip
@click.option("--since", metavar="TIME",
              help="Begin here, not with the spool's first line; needed = as far back as its "
              "events can rest on.")  # fmt: skip
@BY
@CONFIG
def make(
    *, alert: str, output: Path, reason: str, permission: str, since: str | None, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Pack what an alert rests on: lines as received, events, context, hashes, a page for people.

    The spool's segments are kept from then on (legal hold). The audit gets the SHA-256 of the
    file. Where codes forbid use in court it is refused, and the audit says so.

    Example: vedetta evidence make A-0123456789ab -o case17.zip --reason "case 17, request of ITA"
    """
    from service.evidence.desk import evidence as make_evidence
    from service.evidence.desk import written
    from service.evidence.making import Wish
    from service.moments import moment
    from service.papers.cards import card_drawer
    from store.connect import database

    can_write(output)
    settings = settings_of(config)
    needed = since == NEEDED
    begin = None if needed else moment("--since", since)
    wish = Wish(made(by, reason, "--reason"), begin, permission.strip(), needed)
    with database(settings.database.folder) as dsn, bytes_bar("evidence", None) as progress:
        found = make_evidence(
            dsn, settings, alert, wish, card_drawer(settings, dsn, wish.made), progress
        )
    written(found, output)
    click.echo("\n".join(plain(line) for line in _made(found, output)))
    if not any(one.outcome == "same" for one in found.events):
        raise ServiceError(
            f"{output}: none of its {len(found.events)} versions of events comes out of its "
            "lines; it shows what was received, and proves no event"
        )


@evidence.command(short_help="Prove a package; name what is not as it was.")
@click.argument("file", metavar="F.zip", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--spool",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="Compare with the spool that the lines come from.",
)
@click.option("--audit", is_flag=True, help="Ask the service's audit for this very file.")
@JSON
@CONFIG
def verify(
    *, file: Path, spool: Path | None, audit: bool, as_json: bool, config: Path | None
) -> None:
    """Prove a package: its bytes, its lines, and that they tell the same events again.

    Needs no database and no network. Ends with 1 where anything is not as it was packed, and
    names file and place; also where an event does not come out again and --audit does not vouch
    for the file. What cannot be shown is said.

    Example: vedetta evidence verify case17.zip
    """
    if not file.is_file():
        raise WrongUseError(f"{file}: is not there; expected a package of vedetta evidence make")
    from service.evidence.desk import held_against_audit
    from service.evidence.verifying import verify as prove

    with bytes_bar("verify", None) as progress:
        verdict = prove(file, spool, progress)
    if audit:
        from service.desk import reading

        with reading(settings_of(config)) as connection:
            held_against_audit(connection, verdict)
    if as_json:
        click.echo(json.dumps(verdict.as_dict(), ensure_ascii=False))
    else:
        click.echo("\n".join(plain(line) for line in _told(verdict)))
    if verdict.faults:
        more = f" (and {len(verdict.faults) - 1} more)" if len(verdict.faults) > 1 else ""
        raise ServiceError(f"{file}: {verdict.faults[0].line()}{more}")
    if not verdict.ok:
        raise ServiceError(
            f"{file}: {len(verdict.unproven)} of {len(verdict.events)} versions of events are not "
            "shown by its lines; expected the word of the service that made it: --audit"
        )


def _made(found: Made, output: Path) -> list[str]:
    from service.evidence.desk import sha256_of

    same = sum(one.outcome == "same" for one in found.events)
    lines = [
        f"{output}: {found.lines:,} of {found.read:,} lines, {len(found.content):,} bytes",
        f"SHA-256 {sha256_of(found.content)}, in the audit; the spool is held: {found.hold}",
        f"Run again alone, {same} of {len(found.events)} versions of events come out the same",
    ]
    if found.near:
        lines.append(f"Lines of {len(found.near)} ships near them were needed and are carried")
    return lines + [
        f"Not shown: {one.kind} {one.id}, version {one.version}: "
        + ("; ".join(one.differs) or "it rests on more than these lines")
        for one in found.events if one.outcome != "same"
    ]  # fmt: skip


def _told(verdict: Verdict) -> list[str]:
    """Return the verdict for people."""
    who, at = verdict.made.get("by", "?"), verdict.made.get("at", "?")
    same = [one for one in verdict.events if one.outcome == "same"]
    lines = [
        f"Package of {verdict.alert or '?'}, made {at} by {who}",
        f"SHA-256 {verdict.sha256}" + (f", {verdict.audit}" if verdict.audit else ""),
    ]
    if not verdict.faults:
        lines.append("Every file in it is as it was packed")
    lines += [f"NOT AS PACKED  {one.line()}" for one in verdict.faults]
    if verdict.events:
        ids = len({one.id for one in verdict.events})
        lines.append(
            f"Events: {len(same)} of {len(verdict.events)} versions of {ids} events come out to "
            f"the letter when the {verdict.lines:,} lines are run again"
        )
        lines += [f"  {one.outcome:<8}{one.id}  {one.version}  {one.kind}"
                  for one in verdict.events]  # fmt: skip
    if verdict.spool is not None and not verdict.spool.faults:
        lines.append(f"Spool: {verdict.spool.closed:,} lines stand there and are proven by hashes"
                     + (f"; {verdict.answers:,} answers of the coverage counted anew are the same"
                        if verdict.counted else ""))  # fmt: skip
    return [*lines, *(f"Note: {one}" for one in verdict.notes)]
