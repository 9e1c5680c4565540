"""Real records, broken by the thousand: every stage answers with a problem that can be acted on, or with a valid record."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.claims import make_claims
from catalog.document import document_json
from catalog.kinds import all_kinds
from catalog.link import Catalog, link_catalog
from catalog.load import insert_rows
from catalog.problems import Problem
from catalog.read import Document, read_document
from catalog.report import all_rules
from catalog.rows import Rows, make_rows
from catalog.tables import metadata
from catalog.validate import ValidRecord, validate_document
from catalog.values import walk

DATA = Path(__file__).parent.parent / "data"
FILES_PER_KIND = 6
MOST_BYTES = 12_000  # a mutation of a small file says as much as one of a large file, sooner
EXAMPLES = 2_600
TODAY = date(2026, 12, 1)


@lru_cache(maxsize=1)
def sample() -> list[tuple[str, bytes]]:
    """Return kind and bytes of some files of each kind, spread over the alphabet."""
    found = []
    for kind in all_kinds():
        files = [f for f in sorted((DATA / kind).rglob("*.yaml")) if f.stat().st_size <= MOST_BYTES]
        step = max(1, len(files) // FILES_PER_KIND)
        found += [(kind, f.read_bytes()) for f in files[::step][:FILES_PER_KIND]]
    return found


HOSTILE = [
    b"\x00", b"\x07", b"\x1b[31m", b"\x85", "\u0085".encode(), "\u2028".encode(), "\u202e".encode(), "\u2066".encode(), "\u200b".encode(),
    "\ufeff".encode(), "\u00ad".encode(), b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98", "\U0001f600".encode(),
    "e\u0301".encode(), "\u212b".encode(), b"\t", b"\n\t", b"\r\n", b"\r", b"&a ", b"*a", b"!!str ", b"! ", b"!", b"<<: ", b"? ", b"- ", b": ", b":",
    b"#", b" #", b"'", b'"', b"|", b">", b"%", b"@", b"`", b"{", b"}", b"[", b"]", b",", b"---\n", b"...\n", b"%YAML 1.1\n---\n",
    b"1e999", b"-1e999", b"1e-999", b"9" * 400, b"9" * 5000, b"0" * 5000, b"1" * 20000 + b"x", b"1_" * 3000 + b"x", b"1:1" * 3000 + b"x",
    b".inf", b".nan", b"0x1F", b"010", b"~", b"null", b"no", b"2016-02-30", b"0000-00-00", b"9999-12-31/..", b"../..", b"5\xc2\xb1-1", b"1..0",
    b"1,234,567,89", b"1\xc2\xb710^999", b"4 x .", b"[" * 400, b"{" * 400, b"[" * 30 + b"]" * 30, b"- " * 60, b"? " * 60, b"a: " * 40,
    b"x" * 30_000, b"\\" * 50, b'"\\u202e"', b'"\\0"', b'"\\ud800"', b'"\\U00110000"', b"''", b'""', b"' '", b"sources/", b"#results.", b"a/b/c", b"..",
    b"../../etc/passwd", b"javascript:alert(1)", b"<script>", b"'; DROP TABLE records; --", b"$(id)", b"{{7*7}}", b"x" * 400 + b": y\n", b"\n" * 3000,
    b"removed: {date: 2026-01-05, reason: gone}\n", b"derived: {items: items / items}\n", b"name: x\n",
]
VALUES = [
    b"7", b"~7", b"'>50'", b"1..2", b"[]", b"{}", b"[[]]", b"{a: {b: {c: 1}}}", b"true", b"no", b"null", b"''", b"2016-03-09", b"1e5", b"-0", b"text",
    b"[1, two, null]", b"{date: 2026-01-05}", b"|\n  a\n  b", b"'9'", b"not-reported", b"x-y", b"methods/x", b"benchmarks/x#results.y", b"1e308\xc2\xb11e308",
]


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def remove_line(data: bytes, at: int, what: int) -> bytes:
    lines = _lines(data)
    del lines[at % len(lines)]
    return b"\n".join(lines)


def duplicate_line(data: bytes, at: int, what: int) -> bytes:
    lines = _lines(data)
    lines.insert(what % len(lines), lines[at % len(lines)])
    return b"\n".join(lines)


def swap_lines(data: bytes, at: int, what: int) -> bytes:
    lines = _lines(data)
    i, j = at % len(lines), what % len(lines)
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def change_indentation(data: bytes, at: int, what: int) -> bytes:
    lines = _lines(data)
    i = at % len(lines)
    lines[i] = (b"", b" ", b"  ", b"    ", b"\t", b"      ")[what % 6] + lines[i].lstrip()
    return b"\n".join(lines)


def remove_key(data: bytes, at: int, what: int) -> bytes:
    """Remove a key inside a line: `a: b` becomes `b`."""
    keys = list(re.finditer(rb"[a-z_0-9]+: ", data))
    if not keys:
        return data
    key = keys[at % len(keys)]
    return data[: key.start()] + data[key.end():]


def retype_value(data: bytes, at: int, what: int) -> bytes:
    """Put something of another type behind a key."""
    values = list(re.finditer(rb"(?<=: )[^\n,{}\[\]]+", data))
    if not values:
        return data
    value = values[at % len(values)]
    return data[: value.start()] + VALUES[what % len(VALUES)] + data[value.end():]


def rename_key(data: bytes, at: int, what: int) -> bytes:
    """Put another key of the same file in the place of a key."""
    keys = list(re.finditer(rb"[a-z_0-9-]+(?=:)", data))
    if not keys:
        return data
    key, other = keys[at % len(keys)], keys[what % len(keys)]
    return data[: key.start()] + other.group() + data[key.end():]


def truncate(data: bytes, at: int, what: int) -> bytes:
    return data[: at % (len(data) + 1)]


def behead(data: bytes, at: int, what: int) -> bytes:
    return data[at % (len(data) + 1):]


def insert_hostile(data: bytes, at: int, what: int) -> bytes:
    place = at % (len(data) + 1)
    return data[:place] + HOSTILE[what % len(HOSTILE)] + data[place:]


def insert_hostile_value(data: bytes, at: int, what: int) -> bytes:
    """Put hostile text where a value begins, so that it reaches the field."""
    values = list(re.finditer(rb"(?<=: )(?=\S)", data))
    place = values[at % len(values)].start() if values else 0
    return data[:place] + HOSTILE[what % len(HOSTILE)] + data[place:]


def delete_characters(data: bytes, at: int, what: int) -> bytes:
    place = at % (len(data) + 1)
    return data[:place] + data[place + 1 + what % 12:]


def flip_byte(data: bytes, at: int, what: int) -> bytes:
    if not data:
        return data
    changed = bytearray(data)
    changed[at % len(data)] = what % 256
    return bytes(changed)


MUTATIONS: list[Callable[[bytes, int, int], bytes]] = [
    remove_line, duplicate_line, swap_lines, change_indentation, remove_key, retype_value, rename_key, truncate, behead, insert_hostile,
    insert_hostile_value, delete_characters, flip_byte,
]
_PLACES = st.integers(0, 2**20)
_STEPS = st.lists(st.tuples(st.sampled_from(MUTATIONS), _PLACES, _PLACES), min_size=1, max_size=3)


def look(kind: str, data: bytes) -> tuple[Document, ValidRecord | None, list[Problem]]:
    """Read and validate one file's bytes."""
    document = read_document(f"data/{kind}/broken.yaml", kind, "broken", data)
    if document.problems:
        return document, None, document.problems
    found, problems = validate_document(document)
    return document, found, problems


def assert_can_be_acted_on(problem: Problem, document: Document, data: bytes) -> None:
    lines = document.text.split("\n")
    assert problem.path == document.path
    assert problem.line >= 1 and problem.column >= 1, problem
    if document.text:
        assert problem.line <= len(lines), problem
        assert problem.column <= len(lines[problem.line - 1]) + 1, problem
    else:  # a text that cannot be used is not kept
        assert problem.line <= len(re.split(b"\r\n|\r|\n", data)), problem
    assert problem.rule in all_rules(), problem
    assert problem.what.strip() and problem.why.strip() and problem.fix.strip(), problem
    assert len(problem.what) + len(problem.fix) < 10_000, "nobody reads such a message"


@lru_cache(maxsize=1)
def empty_tables() -> sqlite3.Connection:
    """Return a database in memory with our tables; references are not enforced, everything else is."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    metadata.create_all(engine)
    db = sqlite3.connect(":memory:", isolation_level=None)
    for sql in engine.raw_connection().execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchall():
        db.execute(sql[0])
    engine.dispose()
    return db


def insert(rows: Rows) -> None:
    """Insert the rows and take them back: what `check` accepts, the tables must hold."""
    db = empty_tables()
    db.execute("BEGIN")
    try:
        insert_rows(db, rows)
    finally:
        db.execute("ROLLBACK")


def follow(record: ValidRecord) -> list[Problem]:
    """Take a valid record through the later stages and return their problems."""
    ref, document = record.ref, record.document
    _, problems = link_catalog([document], [record], [])
    leaves = list(walk(record.record))
    alone = Catalog({ref: record}, [], [], {ref: leaves}, {record.kind.name: [record]})
    claims, more = make_claims(alone, TODAY)
    if not any(p.rule in ("row-length", "duplicate-column", "duplicate-result") for p in problems):
        insert(make_rows(alone, claims, "data"))
    document_json(record.record)
    assert all(document.mark(leaf.place) for leaf in leaves)
    return problems + more


def test_the_sample_is_not_empty_and_its_records_are_valid():
    assert {kind for kind, _ in sample()} >= set(all_kinds()) - {"measurements"}
    for kind, data in sample():
        _, found, problems = look(kind, data)
        assert found is not None and problems == []


def test_mutated_records_give_problems_to_act_on_or_valid_records():
    tried: set[bytes] = set()

    @given(st.integers(0, 2**16), _STEPS)
    @settings(derandomize=True, max_examples=EXAMPLES, deadline=timedelta(seconds=10), database=None, suppress_health_check=list(HealthCheck))
    def try_one(which, steps):
        kind, data = sample()[which * 7919 % len(sample())]
        for mutate, at, what in steps:
            data = mutate(data, at * 7919, what * 7919)  # Hypothesis prefers small numbers; spread them over the file
        document, found, problems = look(kind, data)
        again, found_again, problems_again = look(kind, data)
        assert (document.root, problems) == (again.root, problems_again)
        assert (found is None) == (found_again is None)
        assert (found is None) == bool(problems)
        if isinstance(found, ValidRecord):
            assert found.record == found_again.record
            problems = follow(found)
        for problem in problems:
            assert_can_be_acted_on(problem, document, data)
        tried.add(data)

    try_one()
    assert len(tried) >= 2_000
