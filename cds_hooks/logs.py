"""The operator's log: one JSON object a line on standard output; names and numbers of ours, nothing of a patient."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

import structlog

SERVER = "_granian"
"""The logger of the web server, whose sentences are about processes and ports."""


def log_as_json() -> None:
    """Set up the log of this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def place_of(error: BaseException) -> str:
    """Where an error arose, innermost first: names and lines of code, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-5:]))


class JsonLine(logging.Formatter):
    """A record of a library as a line of this log.

    Only the server's own sentences are shown. What other libraries say, and the text of any error, may hold what a
    client sent: of these the logger's name, the kind of the error and its place are shown.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "event": record.getMessage() if record.name == SERVER else "library",
            "logger": record.name,
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line |= {"kind": type(error).__name__, "place": place_of(error)}
        at = datetime.fromtimestamp(record.created, UTC)
        line |= {"level": record.levelname.lower(), "timestamp": at.isoformat().replace("+00:00", "Z")}
        return json.dumps(line, ensure_ascii=False)


LIBRARIES: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cds_hooks.logs.JsonLine"}},
    "handlers": {"console": {"formatter": "json", "class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
    "loggers": {SERVER: {"handlers": ["console"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
"""The same log for what libraries report through `logging`."""
