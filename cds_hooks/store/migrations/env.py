"""How alembic reaches the store: over the connection it is given, or as SQL for a database administrator."""

from __future__ import annotations

from alembic import context

from cds_hooks.store.tables import METADATA

given = context.config.attributes.get("connection")
if given is None:
    context.configure(
        url=context.config.attributes["url"], target_metadata=METADATA, literal_binds=True, transactional_ddl=True
    )
else:
    # SQLite can take back DDL as well; alembic assumes that it cannot.
    context.configure(connection=given, target_metadata=METADATA, compare_type=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
