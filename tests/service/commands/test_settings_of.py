"""Which settings, and so which database, a command means that is given none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service import cli
from service.commands.asking import settings_of
from service.errors import SettingsError
from service.settings import Settings


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that takes -c, by its words."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from commands(one, f"{path}{name} ")
        elif any(option.name == "config" for option in one.params):
            yield path + name, one


def test_a_command_without_c_takes_the_config_where_it_stands_as_serve_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings_of(None) == Settings()
    Path("config.yaml").write_text("database: {folder: /srv/vedetta}\n")
    assert settings_of(None).database.folder == Path("/srv/vedetta")
    Path("other.yaml").write_text("database: {folder: /srv/other}\n")
    assert settings_of(Path("other.yaml")).database.folder == Path("/srv/other")


def test_a_config_where_it_stands_that_is_wrong_stops_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("databse: {folder: /srv/vedetta}\n")
    with pytest.raises(SettingsError, match=r"^config\.yaml: databse: is unknown"):
        settings_of(None)


def test_the_help_of_every_command_says_which_settings_it_takes():
    silent = [
        words
        for words, one in commands(cli.vedetta)
        for option in one.params
        if option.name == "config"
        and "./config.yaml where it is" not in option.help
        and option.default != Path("config.yaml")
    ]
    assert silent == []


def test_a_new_database_is_named_once(vedetta, empty_dsn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", empty_dsn)
    first = vedetta("alerts", "list")
    [line] = [one for one in first.err.splitlines() if one.startswith("vedetta: made")]
    again = vedetta("alerts", "list")
    assert (first.code, again.code) == (0, 0)
    assert line == "vedetta: made the tables of a new database, the one that DATABASE_URL names"
    assert "made" not in again.err
