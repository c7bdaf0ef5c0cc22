"""Structured logs: an event name and fields, to stderr."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from service.settings import LogSettings


def keep_off_stdout() -> None:
    """Let every verb log to stderr, also one that sets up no log: stdout holds its results."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def set_up_log(settings: LogSettings) -> None:
    """Write events of ``settings.level`` and above as text for people or as JSON lines."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
