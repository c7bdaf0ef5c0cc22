"""Where exports are made and under which settings: the same for the pages and for the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.exporting.making import Outlet
from service.exporting.ordering import Orders

if TYPE_CHECKING:
    from service.settings import Settings


def orders_of(settings: Settings, dsn: str) -> Orders:
    """Return what makes exports of this service, in the folder ``exports`` beside its spool."""
    return Orders(dsn, settings.folder / "exports", Outlet(settings.thinning, settings.exercise))
