"""What the commands share: how they stop, and how they read a day, a policy and a code map."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import typer

from lnfhir.errors import KnowledgeError
from lnfhir.policy import Policy, policy_from
from lnfhir.site_map import read_code_map
from lnfhir.terminology.code_map import CodeMap

USAGE = 2
UNREADABLE = 3


class Language(StrEnum):
    """`lnfhir.languages.LANGUAGES`, as a choice on the command line."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


def stop(code: int, why: str) -> NoReturn:
    """Say why on standard error, in one line, and leave."""
    typer.echo(f"lnfhir: {why}", err=True)
    raise typer.Exit(code)


def day_of(text: str | None) -> date:
    """The day named, or today; an end with exit code 2 for what is no day."""
    if text is None:
        # A door may ask the clock: the calendar day here, where the reader is.
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(USAGE, "--as-of is a day such as 2025-03-14")


def policy_of(path: Path | None) -> Policy:
    """The policy of the file, or an end with exit code 2."""
    if path is None:
        return Policy()
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8")).get("policy")
    except OSError as error:
        stop(USAGE, f"the policy file cannot be read: {error.strerror}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        stop(USAGE, f"the policy file is not TOML: {error}")
    if not isinstance(table, dict):
        stop(USAGE, "the policy file has no [policy] table")
    try:
        return policy_from(table)
    except KnowledgeError as error:
        stop(USAGE, str(error))


def code_map(path: Path | None) -> CodeMap:
    """The site's code map, or an end with exit code 2."""
    try:
        return read_code_map(path)
    except KnowledgeError as error:
        stop(USAGE, str(error))
