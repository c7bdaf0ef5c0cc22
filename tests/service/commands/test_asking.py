"""What the commands about lists share: tables, text for a terminal, and what they load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service.commands.asking import next_step, plain, table


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Étoile", "Étoile"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\nb\x07", "a\\u000ab\\u0007"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
    ],
)
def test_what_does_not_print_is_shown_as_its_code(text, shown):
    assert plain(text) == shown


def test_columns_are_aligned_and_cut_each_at_its_width():
    rows = [("V-000001", "A" * 30), ("V-2", "B")]
    assert table(("ID", "NAME"), rows, (0, 5)).splitlines() == [
        "ID        NAME",
        "V-000001  AAAA…",
        "V-2       B",
    ]


def test_many_ids_are_named_by_their_author():
    assert next_step(["V-1"], "a").endswith("release V-1 --why …")
    assert next_step(["V-1"] * 21, "o'neil").endswith("""release --author 'o'"'"'neil' --why …""")


def test_help_does_not_load_what_only_the_work_needs():
    code = "import sys, service.cli; print({'numba', 'openpyxl', 'psycopg'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
