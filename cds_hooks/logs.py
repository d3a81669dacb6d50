"""The operator's log: one JSON object a line on standard output; names and numbers of ours, nothing of a patient."""

from __future__ import annotations

import structlog


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
