"""A process that writes without end and prints each name once its write is acknowledged. Its argument is the place."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, text

from cds_hooks.store.database import Database
from cds_hooks.store.schema import upgrade
from cds_hooks.store.writer import Writer


def main(place: str) -> None:
    """Write until killed."""
    database = Database(place if place.startswith("postgresql") else Path(place))
    writer = Writer(database, lambda: upgrade(database))
    writer.start()
    for number in count():
        name = f"{number:08}"

        def write(connection: Connection, name: str = name) -> None:
            connection.execute(text("INSERT INTO token VALUES (:name, 'x')"), {"name": name})

        writer.put(write).result(30)
        sys.stdout.write(name + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
