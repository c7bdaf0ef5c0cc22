"""The command line as a whole: help that helps, errors of one line, exit codes."""

from __future__ import annotations

import errno
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from ais.errors import SpoolError
from service import cli
from service.errors import ServiceError, SettingsError

ROOT = Path(__file__).parents[2]
VERBS = [
    "demo",
    "serve",
    "run",
    "decode",
    "replay",
    "exercise write",
    "exercise send",
    "spool verify",
    "spool begin",
    "db status",
    "bench",
    "scoreboard",
    "identity",
    "links",
    "trends",
    *(f"alerts {verb}" for verb in ("list", "show", "ack", "assign", "comment", "snooze")),
    *(f"alerts {verb}" for verb in ("escalate", "resolve", "precision")),
    *(f"contact {verb}" for verb in ("add", "list", "close")),
    *(f"deliveries {verb}" for verb in ("list", "retry")),
    *(f"duty {verb}" for verb in ("now", "gaps", "runs")),
    *(f"user {verb}" for verb in ("add", "list", "edit", "disable", "enable", "reset")),
    "routes dry-run",
    *("dossier", "evidence make", "evidence verify"),
    *(f"find {verb}" for verb in ("trial", "saved", "rules", "review", "release", "withdraw")),
    *("log show", "log note", "cases list", "cases show"),
    *(f"audit {verb}" for verb in ("verify", "list")),
    *(f"zones {verb}" for verb in ("import", "export", "list", "show", "remove", "learn")),
    *(f"watchlist {verb}" for verb in ("import", "export", "check", "add", "edit", "review")),
    *(f"watchlist {verb}" for verb in ("link", "release", "reject", "withdraw", "erase")),
    *(f"watchlist {verb}" for verb in ("list", "show")),
    *("export", "lead-time", *(f"traffic {verb}" for verb in ("learn", "list", "show", "adopt"))),
    *(f"watchlist person {verb}" for verb in ("add", "list", "remove")),
]
GROUPS = [
    *("exercise", "spool", "db", "audit", "zones", "watchlist", "watchlist person"),
    *("alerts", "contact", "deliveries", "duty", "routes", "user", "log", "cases", "traffic"),
    *("evidence", "find"),
]


def leaves(group: click.Group, *before: str) -> set[str]:
    """The verbs below ``group`` that do something."""
    found = set()
    for name, command in group.commands.items():
        words = (*before, name)
        is_group = isinstance(command, click.Group)
        found |= leaves(command, *words) if is_group else {" ".join(words)}
    return found


def service(*words: str, **streams) -> subprocess.Popen:
    """``vedetta WORDS`` as a process of its own."""
    command = [sys.executable, "-m", "service", *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(command, cwd=ROOT, **streams)


def test_every_verb_is_tested_here():
    assert leaves(cli.vedetta) == set(VERBS)


@pytest.mark.parametrize("verb", ["", *GROUPS, *VERBS])
def test_help_begins_with_one_sentence(vedetta, verb):
    told = vedetta(*verb.split(), "--help")
    assert (told.code, told.err) == (0, "")
    sentence = " ".join(told.out.split("\n\n")[1].split())
    assert re.fullmatch(r"[A-Z][^.]+\.( One JSON object.*)?", sentence)


@pytest.mark.parametrize("verb", VERBS)
def test_help_ends_with_an_example_of_this_very_verb(vedetta, verb):
    out = vedetta(*verb.split(), "-h").out
    [example] = re.findall(r"^  Example: vedetta (.*)$", out, re.MULTILINE)
    assert example.startswith(verb)
    assert out.index("Example:") < out.index("Options:")


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_of_a_verb_is_understood_by_it(verb):
    command = cli.vedetta
    for word in verb.split():
        command = command.commands[word]
    example = re.search(r"Example: vedetta ([^|]*)", command.help)[1].removeprefix(verb)
    assert command.make_context(verb, shlex.split(example), resilient_parsing=False)


def test_the_help_of_all_names_the_exit_codes_and_a_first_step(vedetta):
    out = vedetta("--help").out
    assert "Exit codes: 0 done, 1 the work failed, 2 wrong use." in out
    assert "vedetta demo" in out


def test_the_version_is_that_of_the_package(vedetta):
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert vedetta("--version").out == f"vedetta, version {wanted}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_an_option_that_does_not_exist_is_named(vedetta, verb):
    told = vedetta(*verb.split(), "--colour")
    assert (told.code, told.out) == (2, "")
    assert "--colour" in told.err.splitlines()[-1]
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "words,named",
    [
        (["sail"], "sail"),
        (["spool", "burn"], "burn"),
        (["decode"], "FILES"),
        (["exercise", "write"], "-o"),
        (["run", "everything"], "everything"),
        (["replay", "x", "--block-lines", "0"], "--block-lines"),
        (["demo", "--speed", "100"], "--speed"),
        (["exercise", "write", "-o", "x", "--hours", "0"], "--hours"),
        (["exercise", "send", "--vessels", "none"], "--vessels"),
    ],
)
def test_wrong_words_are_named(vedetta, words, named):
    told = vedetta(*words)
    assert (told.code, told.out) == (2, "")
    assert named in told.complaint
    assert re.match(r"vedetta: .*[^.]; see vedetta[a-z ]* --help$", told.complaint)


@pytest.mark.parametrize("words", [[], ["spool"], ["db"], ["exercise"]])
def test_without_a_verb_the_verbs_are_listed(vedetta, words):
    told = vedetta(*words)
    assert told.code == 2
    assert told.err.startswith(f"Usage: {' '.join(['vedetta', *words])} ")


def test_the_first_steps_stand_on_lines_of_their_own(vedetta):
    lines = vedetta("--help").out.splitlines()
    assert lines[0] == "Usage: vedetta [OPTIONS] COMMAND [ARGS]..."
    assert "  First look:    vedetta demo" in lines
    assert "  Own receiver:  vedetta serve -c config.yaml" in lines


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_no_verb_is_cut_off_in_the_list(vedetta, group):
    out = vedetta(*group.split(), "--help").out
    verbs = out.partition("Commands:\n")[2].splitlines()
    assert verbs
    assert all(re.fullmatch(r"  [a-z-]+ +[A-Z].*\w\.", line) for line in verbs)


@pytest.mark.parametrize(
    "error,says",
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "/a/b"), "/a/b: No such file; correct"),
        (OSError(errno.ENOSPC, "No space left"), "No space left; make room on the disk"),
        (PermissionError(errno.EACCES, "Permission\ndenied", "/a"), "/a: Permission denied; choo"),
        (TimeoutError("too late"), "too late; see to it"),
        (OSError(), "OSError; see to it"),
    ],
)
def test_what_the_host_refuses_is_one_line_with_a_cure(vedetta, monkeypatch, error, says):
    def fails(**_: object):
        raise error

    monkeypatch.setattr(cli.vedetta.commands["bench"], "callback", fails)
    told = vedetta("bench")
    assert told.code == 1
    assert told.complaint.startswith(f"vedetta: {says}")


@pytest.mark.parametrize(
    "error,code",
    [
        (ServiceError("the mast fell"), 1),
        (SettingsError("the mast fell"), 2),
        (SpoolError("the mast fell"), 1),
    ],
)
def test_an_error_of_ours_is_one_line(vedetta, monkeypatch, error, code):
    def fails(**_: object):
        raise error

    monkeypatch.setattr(cli.vedetta.commands["bench"], "callback", fails)
    told = vedetta("bench")
    assert (told.code, told.complaint) == (code, "vedetta: the mast fell")


def test_an_error_that_is_not_ours_keeps_its_traceback(monkeypatch):
    def fails(**_: object):
        raise ZeroDivisionError

    monkeypatch.setattr(cli.vedetta.commands["bench"], "callback", fails)
    monkeypatch.setattr(sys, "argv", ["vedetta", "bench"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_an_interrupt_ends_with_the_code_of_an_interrupt(vedetta, monkeypatch):
    def interrupted(**_: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.vedetta.commands["bench"], "callback", interrupted)
    told = vedetta("bench")
    assert (told.code, told.out, told.err.strip()) == (130, "", "")


def test_as_a_process_it_reads_a_pipe_and_writes_results_and_talk_apart(harbour):
    process = service("decode", "-", stdin=subprocess.PIPE)
    out, err = process.communicate(harbour.read_bytes(), timeout=60)
    assert process.returncode == 0
    assert len([json.loads(line) for line in out.splitlines()]) == 20
    assert json.loads(err.splitlines()[-1])["lines"] == 21


def test_a_reader_that_goes_away_ends_it_without_a_word(tmp_path, harbour):
    long = tmp_path / "long.nmea"
    lines = [line for line in harbour.read_bytes().splitlines() if b"broken" not in line]
    long.write_bytes(b"\n".join(lines * 500) + b"\n")
    with service("decode", str(long)) as process:
        assert json.loads(process.stdout.readline())["msg_type"] == 1
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


def test_a_reader_that_takes_a_few_lines_is_no_error_even_of_a_short_recording(harbour):
    line = f"{sys.executable} -m service decode {harbour} | head -3; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *messages, code = done.stdout.splitlines()
    assert (len(messages), code) == (3, "0")
    assert "Error" not in done.stderr


VERB_THAT_LOGS = """
import runpy, sys, click, structlog
from service import cli

@cli.vedetta.command()
def forecast():
    structlog.get_logger().warning("storm")
    click.echo("fair")

sys.argv = ["vedetta", "forecast"]
runpy.run_module("service", run_name="__main__")
"""


def test_what_a_verb_logs_stays_out_of_its_results():
    done = subprocess.run(
        [sys.executable, "-c", VERB_THAT_LOGS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "fair\n"
    assert "storm" in done.stderr


def test_help_does_not_wait_for_heavy_libraries():
    code = "import sys, service.cli; print(*{'numba', 'pyarrow', 'psycopg'} & set(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []
