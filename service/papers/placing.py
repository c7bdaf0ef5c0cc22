"""Where documents are made and under which settings: the same for the pages and for the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.exporting.placing import orders_of
from service.papers.ordering import Papers

if TYPE_CHECKING:
    from service.settings import Settings


def papers_of(settings: Settings, dsn: str) -> Papers:
    """Return what makes documents of this service, in the folder of its exports."""
    return Papers(orders_of(settings, dsn), settings)
