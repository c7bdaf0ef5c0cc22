"""The command line: ``vedetta VERB …``; results to stdout, talk to stderr."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import click

from service.commands import (
    alerts,
    audit,
    cases,
    contact,
    deliveries,
    dossier,
    duty,
    evidence,
    export,
    figures,
    find,
    identity,
    lead_time,
    links,
    log,
    processes,
    recorded,
    routes,
    scoreboard,
    traffic,
    trends,
    trust,
    user,
    watchlist,
    zones,
)
from service.commands.asking import plain

_HELP = """Watch the Mediterranean through AIS: vessels of interest, early warnings, evidence.

\b
First look:    vedetta demo
Own receiver:  vedetta serve -c config.yaml
A recording:   vedetta replay FILE.nmea.gz --watchlist list.csv
Own tests:     vedetta test (in a checkout; takes what pytest takes)

Exit codes: 0 done, 1 the work failed, 2 wrong use.
"""
_CURES = {
    errno.ENOENT: "correct the path, or make its folder first",
    errno.ENOTDIR: "correct the path",
    errno.EISDIR: "name a file, not a folder",
    errno.EACCES: "choose a place that this user may use",
    errno.EPERM: "choose a place that this user may use",
    errno.EROFS: "choose a place that can be written",
    errno.ENOSPC: "make room on the disk, see df -h",
    errno.EADDRINUSE: "choose another port, or end the program that has it",
    errno.EMFILE: "raise the limit of open files, see ulimit -n",
}


class _Verbs(click.Group):
    """All verbs; a reader of our output that goes away, as `head` does, is no error."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (as in click)
        """Run the verb, and see to it that all it printed is out before click is left."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python writes what is left when it ends, and would fail once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result


@click.group(
    cls=_Verbs,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name=None, version="0.1.0", prog_name="vedetta")
def vedetta() -> None:
    """Gather all verbs."""


for _verb in (
    processes.demo,
    processes.serve,
    processes.run,
    recorded.decode,
    recorded.replay,
    recorded.exercise,
    watchlist.watchlist,
    zones.zones,
    traffic.traffic,
    trends.trends,
    lead_time.lead_time,
    find.find,
    identity.identity,
    alerts.alerts,
    contact.contact,
    routes.routes,
    deliveries.deliveries,
    duty.duty,
    log.log,
    cases.cases,
    dossier.dossier,
    evidence.evidence,
    export.export,
    links.links,
    user.user,
    audit.audit,
    trust.spool,
    trust.db,
    figures.bench,
    scoreboard.scoreboard,
):
    vedetta.add_command(_verb)


def main() -> None:
    """Run the command line; every error of ours ends as one line and an exit code."""
    try:
        code = vedetta.main(prog_name="vedetta", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _complain(_wrong_use(error))
        sys.exit(error.exit_code)
    except OSError as error:
        _complain(_host_refuses(error))
        sys.exit(1)
    except Exception as error:
        if not _ours(error):
            raise
        _complain(error)
        sys.exit(getattr(error, "exit_code", 1))
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: object) -> None:
    """Print why it failed; what a file or a feed put into the message stays without effect."""
    click.echo(f"vedetta: {plain(message)}", err=True)


def _wrong_use(error: click.ClickException) -> str:
    """Return one line that names the verb whose help tells more."""
    message = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{message}; see {context.command_path} --help" if context else message


def _host_refuses(error: OSError) -> str:
    """Return one line: the file where it is known, the reason, and what to do."""
    reason = " ".join((error.strerror or str(error) or type(error).__name__).split())
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    cure = _CURES.get(error.errno or 0, "see to it and run the command again")
    return f"{where}{reason}; {cure}"


def _ours(error: Exception) -> bool:
    """Tell whether the text of ``error`` was written for the person at the terminal."""
    return type(error).__module__.partition(".")[0] in {
        "ais", "geofence", "watchlist", "alerts", "maps", "store", "service", "bench",
    }  # fmt: skip
