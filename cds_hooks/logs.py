"""The operator's log: one JSON object a line on stderr, with names and numbers of ours and nothing of a patient."""

from __future__ import annotations

import sys

import structlog


def log_to_stderr() -> None:
    """Set up the log of this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
