"""By what links and texts of the service leave, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alerts.acknowledging import TokenError
from alerts.notifiers.email import Email
from service.posts import Posts
from service.receipts import Links

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.settings import Settings

_log = structlog.get_logger()


def link_maker(settings: Settings) -> Callable[[str], str] | None:
    """Return what makes a notice's signed link; None without a page or a secret for it."""
    if not settings.routing.page:
        return None
    try:
        return Links(settings.routing.page, settings.receipts).link_of
    except TokenError as error:
        # Alerts leave all the same: their links then lead to the page and acknowledge nothing.
        _log.warning("links_unsigned", error=str(error))
        return None


def post_of(settings: Settings) -> Posts:
    """Return by what digests leave: each office's mailbox, else files beside the spool."""
    mails = tuple(one for one in settings.channels if isinstance(one, Email))
    return Posts(mails, settings.folder / "digests")
