from __future__ import annotations

from pathlib import Path

import pytest

from store.debian import debian_mirrors


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def one_line(etc: Path, text: str) -> list[str]:
    (etc / "sources.list").write_text(text)
    return debian_mirrors(etc)


def deb822(etc: Path, text: str) -> list[str]:
    (etc / "sources.list.d" / "debian.sources").write_text(text)
    return debian_mirrors(etc)


def test_a_machine_without_sources_has_no_mirror(tmp_path: Path) -> None:
    assert debian_mirrors(tmp_path / "nothing") == []


def test_the_one_line_form_is_read(etc: Path) -> None:
    assert one_line(etc, "deb http://mirror.test/debian/ bookworm main contrib\n") == [
        "http://mirror.test/debian"
    ]


def test_options_and_comments_of_the_one_line_form_are_passed_over(etc: Path) -> None:
    text = (
        "# deb http://old.test/debian bookworm main\n"
        "deb [arch=amd64 trusted=no] http://mirror.test/debian trixie main # ours\n"
    )
    assert one_line(etc, text) == ["http://mirror.test/debian"]


@pytest.mark.parametrize(
    "line",
    [
        "deb-src http://mirror.test/debian bookworm main",
        "deb http://security.test/debian-security bookworm-security main",
        "deb http://ubuntu.test/ubuntu noble main",
        "deb http://vendor.test/repo nodistro main",
        "deb http://mirror.test/debian bookworm contrib",
        "deb http://mirror.test/flat ./",
        "deb",
    ],
)
def test_what_carries_no_whole_debian_suite_is_left_out(etc: Path, line: str) -> None:
    assert one_line(etc, line) == []


def test_the_deb822_form_is_read(etc: Path) -> None:
    text = (
        "Types: deb\n# a comment\nURIs: http://mirror.test/debian\n"
        "Suites: bookworm bookworm-updates\nComponents: main\n\n"
        "Types: deb\nURIs: http://mirror.test/debian-security\n"
        "Suites: bookworm-security\nComponents: main\n"
    )
    assert deb822(etc, text) == ["http://mirror.test/debian"]


def test_continued_lines_and_several_addresses_of_deb822_are_read(etc: Path) -> None:
    text = (
        "Types: deb deb-src\nURIs: http://a.test/debian\n http://b.test/debian\n"
        "Suites: trixie\nComponents: main\n"
    )
    assert deb822(etc, text) == ["http://a.test/debian", "http://b.test/debian"]


def test_a_disabled_deb822_source_is_left_out(etc: Path) -> None:
    text = (
        "Enabled: no\nTypes: deb\nURIs: http://a.test/debian\nSuites: trixie\nComponents: main\n"
    )
    assert deb822(etc, text) == []


def test_a_mirror_named_twice_counts_once(etc: Path) -> None:
    deb822(etc, "Types: deb\nURIs: http://a.test/debian/\nSuites: trixie\nComponents: main\n")
    assert one_line(etc, "deb http://a.test/debian trixie main\n") == ["http://a.test/debian"]
