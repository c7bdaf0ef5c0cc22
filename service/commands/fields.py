"""The fields of an entry as options of the command line, each said once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from watchlist.entries import HANDLING, INFO_GRADES, PRIORITIES, SOURCE_GRADES, TLP

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: its option, the entry's name for it, and the words that it may be, () = any."""

    option: str
    name: str
    help: str
    words: tuple[str, ...] = ()
    several: bool = False


# Values are texts here: they are read and refused by the rules that hold for files too.
_FIELDS = (
    _Field("--mmsi", "mmsi", "MMSI.", several=True),
    _Field("--imo", "imo", "IMO number.", several=True),
    _Field("--call-sign", "call_sign", "Call sign.", several=True),
    _Field("--name", "name", "Name, as written."),
    _Field("--alias", "aliases", "Another name.", several=True),
    _Field("--former-name", "former_names", "A name it had.", several=True),
    _Field("--type", "type", "cargo, tanker, passenger, fishing, sailing, tug …"),
    _Field("--flag", "flag", "Country: name, alpha-2 or alpha-3."),
    _Field("--length", "length_m", "Metres."),
    _Field("--beam", "beam_m", "Metres."),
    _Field("--photograph", "photograph", "Where a picture is kept."),
    _Field("--reason", "reason", "Why it is listed."),
    _Field("--contributor", "contributor", "Member State or agency that gives it."),
    _Field("--handling", "handling", "Handling code.", HANDLING),
    _Field("--handling-comment", "handling_comment", "What H3 restricts."),
    _Field("--source-grade", "source_grade", "4x4: the source.", SOURCE_GRADES),
    _Field("--info-grade", "info_grade", "4x4: the information.", tuple(map(str, INFO_GRADES))),
    _Field("--tlp", "tlp", "Traffic light.", TLP),
    _Field("--priority", "priority", "Priority.", PRIORITIES),
    _Field("--valid-from", "valid_from", "First day on which it matches."),
    _Field("--valid-until", "valid_until", "Last day on which it matches."),
    _Field("--review-by", "review_by", "Last day to look at it again."),
)
DEFAULTS = frozenset(
    "reason contributor handling source_grade info_grade tlp priority review_by".split()
)
"""Fields that every entry has, and that ``import`` takes for a whole file."""
CLEARABLE = tuple(sorted(field.name for field in _FIELDS if field.name not in DEFAULTS))
"""Fields that an entry may be without."""


def entry_options(only: frozenset[str] = frozenset()) -> Callable[[Any], Any]:
    """Return a decorator that gives a command an option for each field; ``only`` names some."""

    def decorate(command: Any) -> Any:  # noqa: ANN401 (what click decorates)
        for field in reversed(_FIELDS):
            if not only or field.name in only:
                kind = click.Choice(field.words) if field.words else None
                option = click.option(
                    field.option, field.name, type=kind, help=field.help, multiple=field.several
                )
                command = option(command)
        return command

    return decorate


def given(options: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the texts that a person gave, by field; a field that was not given is not in it."""
    said = {field.name: options.get(field.name) for field in _FIELDS}
    return {
        name: value if isinstance(value, tuple) else (value,)
        for name, value in said.items()
        if value not in {None, ()}
    }
