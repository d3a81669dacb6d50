"""`python -m cds_hooks [lnfhir.toml]`: serve with the settings of a file."""

from __future__ import annotations

import sys
from pathlib import Path

from cds_hooks.config import read_settings
from cds_hooks.server import serve
from lnfhir.errors import KnowledgeError


def main(arguments: list[str]) -> int:
    """Serve; 2 when the arguments or the settings are wrong."""
    if len(arguments) > 1:
        sys.stderr.write("usage: python -m cds_hooks [lnfhir.toml]\n")
        return 2
    try:
        serve(read_settings(Path(arguments[0]) if arguments else None))
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
