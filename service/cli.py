"""The command line: ``vedetta VERB …``; results to stdout, talk to stderr."""

from __future__ import annotations

import sys

import click

from service.commands import figures, processes, recorded, trust


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=None, version="0.1.0", prog_name="vedetta")
def vedetta() -> None:
    r"""Watch the Mediterranean through AIS: vessels of interest, early warnings, evidence.

    \b
    First look:    vedetta demo
    Own receiver:  vedetta serve -c config.yaml
    A recording:   vedetta replay FILE.nmea.gz --into-db

    Exit codes: 0 done, 1 the work failed, 2 wrong use.
    """


for _verb in (
    processes.demo,
    processes.serve,
    processes.run,
    recorded.decode,
    recorded.replay,
    recorded.exercise,
    trust.spool,
    trust.db,
    figures.bench,
):
    vedetta.add_command(_verb)


def main() -> None:
    """Run the command line; every error of ours ends as one line and an exit code."""
    try:
        code = vedetta.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if not _ours(error):
            raise
        click.echo(f"vedetta: {error}", err=True)
        sys.exit(getattr(error, "exit_code", 1))
    sys.exit(code if isinstance(code, int) else 0)


def _ours(error: Exception) -> bool:
    """Tell whether the text of ``error`` was written for the person at the terminal."""
    return type(error).__module__.partition(".")[0] in {
        "ais", "geofence", "watchlist", "alerts", "maps", "store", "service", "bench",
    }  # fmt: skip
