"""The schema of a store: bring it up to date, compare it with what this version needs, write it out as SQL."""

from __future__ import annotations

from contextlib import redirect_stdout
from importlib.resources import files
from io import StringIO

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from cds_hooks.store.database import Database
from cds_hooks.store.errors import StoreUnavailableError
from cds_hooks.store.tables import METADATA

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


def upgrade(database: Database) -> None:
    """Bring the schema up to date, wholly or not at all. StoreUnavailableError when a newer version wrote it."""
    with database.writing() as connection:
        if not database.embedded:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        if revision(connection) == newest():
            return
        try:
            command.upgrade(_config(connection), "head")
        except CommandError:
            raise StoreUnavailableError("schema-of-another-version") from None


def require_newest(database: Database) -> None:
    """StoreUnavailableError unless the schema is that of this version."""
    with database.reading() as connection:
        if revision(connection) != newest():
            raise StoreUnavailableError("schema-not-upgraded")


def differences(connection: Connection) -> tuple[str, ...]:
    """What the database has that the tables have not, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return tuple(
        str(found[0] if isinstance(found, tuple) else found[0][0]) for found in compare_metadata(context, METADATA)
    )


def as_sql(url: URL) -> str:
    """The statements from an empty database to the newest schema, for a database administrator."""
    config = _config()
    config.attributes["url"] = url
    shown = StringIO()
    config.output_buffer = shown
    with redirect_stdout(shown):
        command.upgrade(config, "head", sql=True)
    return shown.getvalue()
