"""A site's code map from its TOML file, as every door reads it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from lnfhir.errors import KnowledgeError
from lnfhir.terminology.code_map import NO_MAP, CodeMap, Entries, code_map_from, entries_from


def read_code_map(path: Path | None) -> CodeMap:
    """The map in this file, the empty one without a file. KnowledgeError when it cannot be read or is wrong."""
    return NO_MAP if path is None else code_map_from(_document(path))


def read_entries(path: Path) -> Entries:
    """The entries of a map's file, their shape checked and not their meaning. KnowledgeError."""
    return entries_from(_document(path))


def _document(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise KnowledgeError(f"the code map cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"the code map is not TOML: {error}") from error
