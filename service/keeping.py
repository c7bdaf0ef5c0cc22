"""The rules by which people keep the list and contacts, for whoever serves them pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerts.roles import RoleSettings
from alerts.sar import SarSettings
from service.settings import Settings, WatchlistSettings


@dataclass(frozen=True, slots=True)
class Keeping:
    """Parts of the settings: of the list, of the help for rescuers, of vessels' tasks."""

    watchlist: WatchlistSettings = field(default_factory=WatchlistSettings)
    sar: SarSettings = field(default_factory=SarSettings)
    roles: RoleSettings = field(default_factory=RoleSettings)


def keeping_of(settings: Settings) -> Keeping:
    """Return the rules that ``settings`` give."""
    return Keeping(settings.watchlist, settings.sar, settings.roles)
