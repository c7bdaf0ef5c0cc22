"""By what links and texts of the service leave, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alerts.acknowledging import TokenError
from alerts.notifiers.email import Email
from service.posts import FolderPost, MailPost, Post
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


def post_of(settings: Settings) -> Post:
    """Return by what digests leave: the first mail channel, else files beside the spool."""
    for channel in settings.channels:
        if isinstance(channel, Email):
            return MailPost(channel)
    return FolderPost(settings.folder / "digests")
