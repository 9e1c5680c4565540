"""An index of a large catalog: who refers to whom and who has which name, so that checking one file need not read ten thousand.

It holds nothing that is judged, only where to look. Each file stands in it with its size and times; what has changed
is read again, and the whole index is made anew when the code or the bytes of the index are not what they were.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pydantic
import sqlmodel
import yaml

import catalog
from catalog.fields import SLUG, SLUG_LIMIT
from catalog.kinds import all_kinds
from catalog.kinds.common import Record
from catalog.read import read_document
from catalog.validate import Tombstone, validate_document
from catalog.values import title_of, walk

_SETTLED_NS = 2_000_000_000  # a file changed less than two seconds ago may change again without its times telling
_TABLES = """
CREATE TABLE files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, ref TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
CREATE TABLE links (ref TEXT NOT NULL, field TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (ref, field, target)) STRICT, WITHOUT ROWID;
CREATE INDEX links_target ON links (target);
CREATE TABLE keys (ref TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (ref, key)) STRICT, WITHOUT ROWID;
CREATE INDEX keys_key ON keys (key);
"""


class NoIndex(Exception):
    """The index cannot be used here; everything is to be read."""


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a data folder as it is now; `paths` holds the path of each record, relative to the folder."""

    db: sqlite3.Connection
    paths: dict[str, str]

    def targets(self, refs: Iterable[str], fields: Iterable[str] | None = None) -> set[str]:
        """Return what records refer to, through certain fields or all."""
        limit = "" if fields is None else f" AND field IN ({_quoted(fields)})"
        return self._column(f"SELECT target FROM links WHERE ref IN ({_quoted(refs)}){limit}")

    def referring(self, refs: Iterable[str]) -> set[str]:
        """Return the records that refer to any of these."""
        return self._column(f"SELECT ref FROM links WHERE target IN ({_quoted(refs)})")

    def keys(self, refs: Iterable[str]) -> set[str]:
        """Return the keys of records, as `keys_of` makes them."""
        return self._column(f"SELECT key FROM keys WHERE ref IN ({_quoted(refs)})")

    def having(self, keys: Iterable[str]) -> set[str]:
        """Return the records that have any of the keys."""
        return self._column(f"SELECT ref FROM keys WHERE key IN ({_quoted(keys)})")

    def _column(self, query: str) -> set[str]:
        return {row[0] for row in self.db.execute(query)}


def _quoted(values: Iterable[str]) -> str:
    return ", ".join("'" + v.replace("'", "''") + "'" for v in sorted(values))


@contextmanager
def open_index(data: Path, folder: Path, fewest: int) -> Iterator[Index]:
    """Open the index of a data folder, brought up to date.

    Args:
        data: The data folder.
        folder: Where the index is kept.
        fewest: With fewer files an index is not worth having.

    Raises:
        NoIndex: It is not worth having, cannot be read or written, or two files claim one id.
    """
    stamps, refs = _scan(data)
    if len(refs) < fewest:
        raise NoIndex("there are few files")
    file, seal = folder / "check.sqlite3", folder / "check.seal"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        code = _code_digest()
        with closing(_connect(file, seal, code)) as db:
            if _refresh(db, data, stamps, refs):
                seal.write_text(_seal(file, code), encoding="ascii")
            yield Index(db, {ref: path for path, ref in refs.items()})
    except (OSError, sqlite3.Error) as error:
        raise NoIndex(str(error)) from error


def _scan(data: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return stamp and reference of every file that `read_catalog` takes for a record, by its path below the data folder."""
    stamps: dict[str, str] = {}
    refs: dict[str, str] = {}
    is_slug = re.compile(SLUG).fullmatch
    pending = [(kind, str(data / kind), kind) for kind in all_kinds() if (data / kind).is_dir() and not (data / kind).is_symlink()]
    try:
        while pending:
            kind, folder, below = pending.pop()
            for entry in os.scandir(folder):
                name = entry.name
                if name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append((kind, entry.path, f"{below}/{name}"))
                    continue
                slug = name.removesuffix(".yaml")
                if slug != name and is_slug(slug) and len(slug) <= SLUG_LIMIT:
                    stat = entry.stat()
                    path = f"{below}/{name}"
                    stamps[path] = f"{stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_size} {stat.st_ino}"
                    refs[path] = f"{kind}/{slug}"
    except OSError as error:
        raise NoIndex(str(error)) from None
    if len(set(refs.values())) < len(refs):
        raise NoIndex("two files claim one id")
    return stamps, refs


def _seal(file: Path, code: str) -> str:
    """Return what an index must be sealed with: the digest of its bytes and of the code that wrote them."""
    digest = hashlib.blake2b(code.encode(), digest_size=32)
    digest.update(file.read_bytes())
    return digest.hexdigest()


def _connect(file: Path, seal: Path, code: str) -> sqlite3.Connection:
    """Return the connection to an index that this code has written and nobody has touched since, made anew if there is none."""
    try:
        if seal.read_text(encoding="ascii") == _seal(file, code):
            return _open(file)
    except (OSError, UnicodeDecodeError):
        pass
    for old in (seal, *(file.with_name(file.name + suffix) for suffix in ("", "-journal", "-wal", "-shm"))):
        old.unlink(missing_ok=True)
    db = _open(file)
    db.executescript(_TABLES)
    return db


def _open(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=2)
    db.execute("PRAGMA synchronous = OFF")  # what does not reach the disk does not match the seal
    return db


def _code_digest() -> str:
    """Return what tells this code, its kinds and the libraries that read records from any other."""
    digest = hashlib.sha256(f"{sys.version} {pydantic.VERSION} {yaml.__version__} {sqlmodel.__version__}".encode())
    root = Path(catalog.__file__).parent
    for folder in (root, root / "kinds", root / "rules", root / "authoring"):
        for file in sorted(folder.glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _refresh(db: sqlite3.Connection, data: Path, stamps: dict[str, str], refs: dict[str, str]) -> bool:
    """Read what has changed since the index was written; return whether anything has."""
    known = dict(db.execute("SELECT path, stamp FROM files"))
    if known == stamps:
        return False
    changed = [path for path, stamp in stamps.items() if known.get(path) != stamp]
    gone = [path for path in known if path not in stamps]
    now = time.time_ns()
    with db:
        for table in ("links", "keys", "files"):  # the last says what the others hold
            db.executemany(f"DELETE FROM {table} WHERE ref IN (SELECT ref FROM files WHERE path = ?)", [(path,) for path in changed + gone])
        for path in changed:
            stamp, ref = stamps[path], refs[path]
            kind, _, slug = ref.partition("/")
            links, keys = _facts(data / path, kind, slug)
            db.executemany("INSERT INTO links VALUES (?, ?, ?)", [(ref, *link) for link in links])
            db.executemany("INSERT INTO keys VALUES (?, ?)", [(ref, key) for key in keys])
            settled = all(now - int(moment) > _SETTLED_NS for moment in stamp.split()[:2])
            db.execute("INSERT INTO files VALUES (?, ?, ?)", (path, stamp if settled else "", ref))
    return True


def _facts(file: Path, kind: str, slug: str) -> tuple[set[tuple[str, str]], set[str]]:
    """Return the references of a record as (field, target), and its keys; none if it is not right by itself."""
    document = read_document("", kind, slug, file.read_bytes())
    found = validate_document(document)[0] if not document.problems else None
    if isinstance(found, Tombstone):
        return set(), {"tombstone"}
    if found is None:
        return set(), set()
    links = {("sources", f"sources/{c}") for citation in found.record.sources for c in (citation.source, citation.via) if c}
    for leaf in walk(found.record):
        target = leaf.spec.reference
        if target is not None:
            ref = leaf.value.partition("#")[0] if target.item or target.kind == "*" else f"{target.kind}/{leaf.value}"
            links.add((leaf.path.partition(".")[0], ref))
    return links, keys_of(found.record, kind)


def keys_of(record: Record, kind: str) -> set[str]:
    """Return by what another record may be in the way of this one: `name:topics:vision`, `alias:…`, `id:…`, `former:…`."""
    keys = {f"name:{kind}:{_fold(name)}" for name in (title_of(record), getattr(record, "title", None)) if name}
    keys |= {f"alias:{kind}:{_fold(alias)}" for alias in record.aliases}
    keys |= {f"id:{kind}:{scheme}:{re.sub(r'v[0-9]+$', '', text.lower()).replace('-', '')}" for scheme, text in record.identifiers.items()}
    keys |= {f"former:{kind}/{slug}" for slug in record.former_ids}
    return keys | ({"renamed"} if record.former_ids else set())


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())
