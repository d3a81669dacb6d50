"""The published resources as a FHIR package: what `lnfhir.profiles` holds, in the layout package registries use.

`package/` holds `package.json`, `.index.json` and each resource, `package/example/` the examples with an index of their
own, `package/other/` the JSON Schemas. The same content packs to the same bytes.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

EXAMPLES = frozenset({"GuidanceResponse"})
"""The resource types that are here as examples only."""

_SCHEMAS = "schema"
_INDEXED = ("resourceType", "id", "url", "version", "kind", "type")


@dataclass(frozen=True, slots=True)
class Published:
    """One resource on the shelf: `content` is its JSON, `raw` the bytes it was read from."""

    raw: bytes
    content: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The resource type."""
        return str(self.content["resourceType"])

    @property
    def filename(self) -> str:
        """Its name within a package."""
        return f"{self.kind}-{self.content['id']}.json"

    @property
    def example(self) -> bool:
        """It shows what a resource looks like, and defines nothing."""
        return self.kind in EXAMPLES


def _json_in(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda each: each.name):
        if item.is_dir():
            yield from _json_in(item)
        elif item.name.endswith(".json"):
            yield item


def manifest() -> bytes:
    """The package's own description."""
    return (files("lnfhir.profiles") / "package.json").read_bytes()


def resources() -> tuple[Published, ...]:
    """Every published resource, by type and id."""
    shelf = files("lnfhir.profiles")
    folders = [item for item in shelf.iterdir() if item.is_dir() and item.name[:1].isupper()]
    raw = [file.read_bytes() for folder in folders for file in _json_in(folder)]
    found = [Published(each, msgspec.json.decode(each)) for each in raw]
    return tuple(sorted(found, key=lambda each: (each.kind, each.content["id"])))


def schemas() -> dict[str, bytes]:
    """Each JSON Schema by its file name."""
    return {file.name: file.read_bytes() for file in _json_in(files("lnfhir.profiles") / _SCHEMAS)}


def index(listed: tuple[Published, ...]) -> bytes:
    """The `.index.json` of a folder with these resources."""
    entries = [
        {"filename": each.filename, **{key: each.content[key] for key in _INDEXED if _plain(each.content.get(key))}}
        for each in listed
    ]
    return msgspec.json.format(msgspec.json.encode({"index-version": 2, "files": entries}), indent=1) + b"\n"


def _plain(value: object) -> bool:
    """`type` is text in a StructureDefinition, and a concept in others: only text is indexed."""
    return isinstance(value, str)


def contents() -> dict[str, bytes]:
    """Each file of the package by its path in it."""
    everything = resources()
    defined = tuple(each for each in everything if not each.example)
    shown = tuple(each for each in everything if each.example)
    found = {"package/package.json": manifest(), "package/.index.json": index(defined)}
    found |= {f"package/{each.filename}": each.raw for each in defined}
    found |= {"package/example/.index.json": index(shown)}
    found |= {f"package/example/{each.filename}": each.raw for each in shown}
    return found | {f"package/other/{name}": raw for name, raw in schemas().items()}


def pack() -> bytes:
    """The package as a gzipped tar archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, raw in contents().items():
            member = tarfile.TarInfo(path)
            member.size = len(raw)
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(raw))
    return gzip.compress(archive.getvalue(), mtime=0)
