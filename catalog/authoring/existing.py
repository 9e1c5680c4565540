"""What a kind holds already: ids, names and identifiers, to refuse a record that is there under another spelling.

Files are read without being validated: also a record that is to be mended takes its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from catalog.authoring.naming import fold
from catalog.kinds import all_kinds
from catalog.read import Document, Mapping, Scalar, Sequence, read_document

_ALIKE = 88.0  # per cent of letters two folded names share before they are named as alike


@dataclass(slots=True)
class Existing:
    """Records of one kind: the file of each id in use or once used, and the record that has a name, identifier or address."""

    kind: str
    files: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)  # folded -> (id, name as written)
    identifiers: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def taken(self) -> set[str]:
        return set(self.files) | set(self.former)

    def same_name(self, names: list[str]) -> tuple[str, str] | None:
        """Return (id, its name) of the record that has one of the names in any spelling, or None."""
        return next((self.names[fold(n)] for n in names if fold(n) in self.names), None)

    def same_identifier(self, identifiers: dict[str, str], url: str | None) -> tuple[str, str] | None:
        """Return (id, `scheme value`) of the record that has one of the identifiers or the address, or None."""
        wanted = {**identifiers, **({"url": url} if url else {})}
        for scheme, text in wanted.items():
            found = self.identifiers.get(_identity(scheme, text))
            if found:
                return found, f"{scheme} {text}"
        return None

    def alike(self, names: list[str]) -> list[tuple[str, str]]:
        """Return (id, name) of records whose names differ in few letters, the nearest first."""
        from rapidfuzz import fuzz, process

        found: dict[str, str] = {}
        for name in names:
            for folded, _, _ in process.extract(fold(name), list(self.names), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3):
                slug, written = self.names[folded]
                found.setdefault(slug, written)
        return list(found.items())


def _identity(scheme: str, text: str) -> tuple[str, str]:
    text = text.lower().rstrip("/")
    if scheme in ("arxiv", "semantic-scholar"):
        text = re.sub(r"v[0-9]+$", "", text)
    if scheme.startswith("isbn"):
        text = text.replace("-", "").replace(" ", "")
    return scheme, re.sub(r"^https?://(?:www\.)?", "", text)


def read_existing(data: Path, kind: str) -> Existing:
    """Read the names and identifiers of all records of a kind."""
    existing = Existing(kind)
    for file in sorted((data / kind).rglob("*.yaml")):
        existing.files[file.stem] = str(file)
        document = read_document(str(file), kind, file.stem, file.read_bytes())
        if document.root is not None:
            _collect(existing, document)
    return existing


def _collect(existing: Existing, document: Document) -> None:
    entries, slug = document.root.entries, document.slug
    if set(entries) == {"removed"}:
        existing.removed.add(slug)
        return
    for former in _texts(entries.get("former_ids")):
        existing.former[former] = slug
    for name in (*_texts(entries.get("name")), *_texts(entries.get("title")), *_texts(entries.get("aliases")), *_texts(entries.get("names"))):
        existing.names.setdefault(fold(name), (slug, name))
    identifiers = entries.get("identifiers")
    if isinstance(identifiers, Mapping):
        for scheme, node in identifiers.entries.items():
            for text in _texts(node):
                existing.identifiers.setdefault(_identity(scheme, text), slug)
    for text in _texts(entries.get("url")):
        existing.identifiers.setdefault(_identity("url", text), slug)


def _texts(node: object) -> list[str]:
    if isinstance(node, Scalar):
        return [node.text]
    if isinstance(node, Sequence):
        return [t for item in node.items for t in _texts(item)]
    if isinstance(node, Mapping):
        return [t for item in node.entries.values() for t in _texts(item)]
    return []


class UnknownKind(LookupError):
    """There is no such kind; the message names the nearest."""


def find_kind(word: str) -> str:
    """Return the name of the kind that a word means: `datasets`, `dataset`, `data set` or `data-set`.

    >>> find_kind("source"), find_kind("Human Baseline"), find_kind("person")
    ('sources', 'human_baselines', 'people')

    Raises:
        UnknownKind: It means none.
    """
    from catalog.suggest import suggestion

    kinds = all_kinds()
    wanted = fold(word)
    for kind in kinds.values():
        forms = {kind.name, kind.singular, kind.label, kind.model.__name__, kind.name.removesuffix("s")}
        if wanted in map(fold, forms):
            return kind.name
    raise UnknownKind(f"there is no kind {word!r}: " + suggestion(word, kinds, "the kinds are " + ", ".join(kinds)))
