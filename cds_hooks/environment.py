"""Settings from the environment: `LNFHIR__SERVICE__PORT=8081` stands for `port = 8081` in `[service]`.

Further tables follow in the same way, `LNFHIR__SERVICE__STORE__URL` for `url` in `[service.store]`. A value is read as
TOML where it is TOML (numbers, true, `["a", "b"]`) and as text otherwise. `LNFHIR__TABLE__KEY__FILE` names a file that
holds the value as text, as secrets are handed to containers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lnfhir.errors import KnowledgeError

PREFIX = "LNFHIR__"
OF_A_FILE = "file"


def overridden(document: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The document with what the environment sets. KnowledgeError names a variable that cannot be a setting."""
    result = dict(document)
    for variable in sorted(name for name in environment if name.startswith(PREFIX)):
        parts = variable.removeprefix(PREFIX).lower().split("__")
        of_file = len(parts) > 2 and parts[-1] == OF_A_FILE
        *tables, key = parts[:-1] if of_file else parts
        if not tables or not all((*tables, key)):
            raise KnowledgeError(f"environment: {variable} does not name a table and a key")
        members = result
        for table in tables:
            inner = members.get(table, {})
            if not isinstance(inner, Mapping):
                raise KnowledgeError(f"environment: {variable} does not name a table and a key")
            members[table] = members = dict(inner)
        members[key] = _content(variable, environment[variable]) if of_file else _value(environment[variable])
    return result


def _value(text: str) -> Any:
    if "\n" in text or "\r" in text:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _content(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"environment: the file of {variable} cannot be read") from error
