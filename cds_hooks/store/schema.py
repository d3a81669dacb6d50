"""The schema of a store: bring it up to date, compare it with what this version needs, write it out as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import redirect_stdout
from importlib.resources import files
from io import StringIO

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.tables import METADATA
from lnfhir.errors import KnowledgeError

MISSING = "schema-missing"
OLDER = "schema-older"
NEWER = "schema-newer"
MENDED_BY: Mapping[str, str] = {
    MISSING: "lnfhir store upgrade",
    OLDER: "lnfhir store upgrade",
    NEWER: "install the version of lnfhir that wrote the store, or restore a backup that this version can read",
}
"""What an operator does about each fault of a schema."""

UPGRADE_LOCK = 5_116_011_401
"""One number for all processes that might upgrade the same PostgreSQL database at once."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    folder = str(files("cds_hooks.store") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this version of the product works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revision(connection: Connection) -> str:
    """The revision a database is at; empty for one without tables."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def fault(connection: Connection) -> str:
    """What is wrong with the schema of a database, in one word; empty when it is that of this version."""
    found = revision(connection)
    if found == newest():
        return ""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return MISSING if not found else OLDER if found in known else NEWER


def upgrade(database: Database) -> None:
    """Bring the schema up to date, wholly or not at all. StoreUnavailableError when a newer version wrote it."""
    with database.writing() as connection:
        if not database.embedded:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        found = fault(connection)
        if not found:
            return
        if found == NEWER:
            raise StoreUnavailableError(found)
        command.upgrade(_config(connection), "head")


def require_newest(database: Database) -> None:
    """StoreUnavailableError unless the schema is that of this version."""
    with database.reading() as connection:
        found = fault(connection)
        if found:
            raise StoreUnavailableError(found)


def differences(connection: Connection) -> tuple[str, ...]:
    """What the database has that the tables have not, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return tuple(
        str(found[0] if isinstance(found, tuple) else found[0][0]) for found in compare_metadata(context, METADATA)
    )


def as_sql(url: URL, since: str = "") -> str:
    """The statements from a revision, or from an empty database, to the newest schema, for a database administrator.

    KnowledgeError when there is no such revision.
    """
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if since and since not in known:
        raise KnowledgeError(f"there is no revision {since!r}, but {', '.join(sorted(known))}")
    config = _config()
    config.attributes["url"] = url
    shown = StringIO()
    config.output_buffer = shown
    with redirect_stdout(shown):
        command.upgrade(config, f"{since}:head" if since else "head", sql=True)
    return shown.getvalue()
