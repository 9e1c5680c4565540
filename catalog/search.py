"""Search over the built file, in English and Russian: for the site and the command line.

Stands after loading and knows nothing of Datasette. Text is folded (case, accents, ё) alike in the index and in the
query. English words are stemmed by the index; Russian ones match by their stem as a prefix, since SQLite has no
Russian stemmer. Every word is quoted, so nothing of the query language of FTS5 gets through.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

QUERY_LIMIT = 200  # characters of a query that are looked at
WORD_LIMIT = 12
CANDIDATES = 400  # hits that are ranked; whoever has more should add a word
# How much a word weighs in the name, the other names, the text, and the folded copy of all three.
_WEIGHTS = "12.0, 6.0, 1.0, 2.0"
_START, _END = "\x02", "\x03"
_TOKEN = re.compile(r"[^\W_]+")
_MEANT_SIGNS = re.compile(r"[+#@&%*]")  # signs that belong to the name: C++, F#
_CYRILLIC = re.compile(r"[а-я]+$")
# Endings of nouns, adjectives and participles, longest first; what is left is matched as a prefix.
_ENDINGS = sorted(
    "ами ями ого его ому ему ыми ими ых их ая яя ую юю ое ее ые ие ой ей ий ый ом ем ам ям ах ях ов ев ия ию ии ье ью "
    "ьи ия ием иям иях иями а е и й о у ы ь ю я".split(), key=len, reverse=True)
_STOP_WORDS = frozenset(
    "a an and are as at by for from how in is of on or the to was were what when where which who why with "
    "а без в для до за и из или как какая какие какой к кто на о об от по при про с со такое у что чем это".split())


def fold(text: str) -> str:
    """Return text as the search compares it: lower case, without accents, ё as е.

    >>> fold("Ёлка"), fold("Résumé")
    ('елка', 'resume')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ё", "е").replace("й", "\x00"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("\x00", "й"))


def stem(word: str) -> str:
    """Return a folded Russian word without its ending, at least three letters of it.

    >>> stem("нейронной"), stem("сети"), stem("внимания"), stem("кот")
    ('нейронн', 'сет', 'вниман', 'кот')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@dataclass
class Hit:
    """One record that was found.

    `snippet` is a piece of its text, `matches` the places in it (start, end) where words of the query stand.
    """

    ref: str
    kind: str
    name: str
    name_ru: str | None
    snippet: str = ""
    matches: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Found:
    """What a search found: one page of hits, how many there are by kind, and what might have been meant instead."""

    hits: list[Hit]
    kinds: dict[str, int]
    suggestions: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True)
class _Term:
    """One word of the query: its tokens, as the index cuts them, and the signs that must stand there literally."""

    word: str
    tokens: tuple[str, ...]
    literal: str | None

    def match(self, is_last: bool) -> str:
        phrase = f'"{" ".join(self.tokens)}"'
        ways = [phrase]
        one = self.tokens[0] if len(self.tokens) == 1 else ""
        if _CYRILLIC.match(one) and len(one) >= 4:
            ways.append(f'"{stem(one)}"*')
        split = re.fullmatch(r"([^\W\d]+)(\d+)", one)
        if split:  # resnet50 is also written ResNet-50
            ways.append(f'"{split[1]} {split[2]}"')
        if is_last and self.literal is None and len(self.word) >= 3:
            ways.append(phrase + "*")
        return "(" + " OR ".join(ways) + ")"


def _read_query(text: str) -> list[_Term]:
    terms = []
    for word in fold(text[:QUERY_LIMIT]).split()[:WORD_LIMIT]:
        tokens = tuple(_TOKEN.findall(word))
        if tokens:
            bare = word.strip(".,;:!?\"'()[]{}<>«»“”…")
            terms.append(_Term(word, tokens, bare if _MEANT_SIGNS.search(bare) else None))
    return terms


def _readings(terms: list[_Term]) -> Iterable[list[_Term]]:
    """Yield the query as written, then without words that only bind, then with one word left out."""
    yield terms
    meant = [t for t in terms if t.word not in _STOP_WORDS]
    if meant and len(meant) < len(terms):
        yield meant
    if len(meant) >= 3:
        for i in range(len(meant)):
            yield meant[:i] + meant[i + 1:]


def _where(terms: list[_Term]) -> tuple[str, list[str]]:
    match = " AND ".join(t.match(t is terms[-1]) for t in terms)
    literals = [t.literal for t in terms if t.literal]
    sql = "search_index MATCH ?" + " AND instr(d.folded, ?)" * len(literals)
    return f"FROM search_index JOIN search_documents d ON d.id = search_index.rowid WHERE {sql}", [match, *literals]


def find(db: sqlite3.Connection, text: str, kind: str | None = None, limit: int = 20, offset: int = 0) -> Found:
    """Search all records.

    Args:
        db: A connection to a built file.
        text: Words in English or Russian; the last may be the beginning of a word.
        kind: Only records of this kind are among the hits; the counts are of all.
        limit: Number of hits.
        offset: Hits to leave out before, at most CANDIDATES.

    Returns:
        The hits, best first; if there are none, near names in `suggestions` (none for nonsense).
    """
    terms = _read_query(text)
    for reading in _readings(terms) if terms else ():
        source, parameters = _where(reading)
        counts = db.execute(f"SELECT d.kind, count(*) {source} GROUP BY d.kind ORDER BY 2 DESC, 1", parameters).fetchall()
        if counts:
            hits = _ranked(db, source, parameters, " ".join(t.word for t in reading), kind)[offset: offset + limit]
            _add_snippets(db, hits, parameters[0])
            return Found([hit for _, hit in hits], {row[0]: row[1] for row in counts})
    return Found([], {}, _suggest(db, terms))


def search(db: sqlite3.Connection, text: str, kind: str | None = None, limit: int = 20) -> list[Hit]:
    """Return the best hits for a text; see `find` for the arguments."""
    return find(db, text, kind, limit).hits


def _ranked(db: sqlite3.Connection, source: str, parameters: list[str], query: str, kind: str | None) -> list[tuple[int, Hit]]:
    """Return (row id, hit), those first whose name is or begins with the query, sources after what they tell of."""
    sql = f"SELECT d.id, d.ref, d.kind, d.name, bm25(search_index, {_WEIGHTS}) AS rank {source}"
    arguments: list[object] = list(parameters)
    if kind:
        sql, arguments = sql + " AND d.kind = ?", [*arguments, kind]
    rows = db.execute(f"{sql} ORDER BY rank, d.ref LIMIT {CANDIDATES}", arguments).fetchall()
    refs = [row[1] for row in rows]
    other: dict[str, list[str]] = {}
    russian: dict[str, str] = {}
    places = ", ".join("?" * len(refs))
    for ref, language, name in db.execute(
            f"SELECT ref, language, value FROM names WHERE ref IN ({places}) UNION ALL SELECT ref, NULL, value FROM aliases WHERE ref IN ({places})",
            refs + refs):
        other.setdefault(ref, []).append(name)
        if language == "ru":
            russian[ref] = name
    scored = []
    for row_id, ref, kind_, name, rank in rows:
        closeness = min(_closeness(query, fold(n)) for n in (name, *other.get(ref, ())))
        scored.append(((closeness, kind_ == "sources", rank, ref), row_id, Hit(ref, kind_, name, russian.get(ref))))
    scored.sort(key=lambda s: s[0])
    return [(row_id, hit) for _, row_id, hit in scored]


def _closeness(query: str, name: str) -> tuple[int, int]:
    """Return how far a folded name is from the query.

    First 0 for the same words, 1 for a name that begins with them, 2 for one that holds them, 3 for others; then the
    number of further words. Russian words are compared by their stems, the last word also as a beginning.
    """
    wanted, held = _stems(query), _stems(name)
    if _MEANT_SIGNS.search(query) and query not in name:
        return 3, 0
    if wanted == held:
        return 0, 0
    further = len(held) - len(wanted)
    if wanted[:-1] == held[: len(wanted) - 1] and further >= 0 and held[len(wanted) - 1].startswith(wanted[-1]):
        return 1, further
    if set(wanted[:-1]) <= set(held) and any(word.startswith(wanted[-1]) for word in held):
        return 2, further
    return 3, 0


def _stems(text: str) -> list[str]:
    return [stem(word) if _CYRILLIC.match(word) and len(word) >= 4 else word for word in _TOKEN.findall(text)]


def _add_snippets(db: sqlite3.Connection, hits: list[tuple[int, Hit]], match: str) -> None:
    places = ", ".join("?" * len(hits))
    found = dict(db.execute(
        f"SELECT rowid, snippet(search_index, 2, '{_START}', '{_END}', '…', 24) FROM search_index WHERE search_index MATCH ? AND rowid IN ({places})",
        [match, *(row_id for row_id, _ in hits)]).fetchall())
    for row_id, hit in hits:
        for i, piece in enumerate(re.split(f"[{_START}{_END}]", (found.get(row_id) or "").replace("\n", " "))):
            if i % 2:
                hit.matches.append((len(hit.snippet), len(hit.snippet) + len(piece)))
            hit.snippet += piece


def _suggest(db: sqlite3.Connection, terms: list[_Term], limit: int = 3) -> list[str]:
    """Return queries that are near what was written and find something: every unknown word replaced by the nearest word of a name."""
    if not terms:
        return []
    from rapidfuzz import process  # only when nothing was found, so that a search starts sooner
    from rapidfuzz.distance import OSA

    words = Counter(w for row in db.execute("SELECT name, names FROM search_documents") for w in _TOKEN.findall(fold(f"{row[0]} {row[1]}")))
    versions: list[list[str]] = [[]]
    for term in terms:
        for token in term.tokens:
            if token in words or len(token) < 4:
                choices = [token]
            else:
                near = process.extract(token, words.keys(), scorer=OSA.distance, score_cutoff=max(1, len(token) // 5), limit=50)
                best = sorted(near, key=lambda n: (n[1], -words[n[0]], n[0]))
                choices = [word for word, _, _ in best[:limit]]
            versions = [v + [c] for v in versions for c in choices][:8]
    written = " ".join(t for term in terms for t in term.tokens)
    found = []
    for version in versions:
        text = " ".join(version)
        if text and text != written and text not in found:
            source, parameters = _where(_read_query(text))
            if db.execute(f"SELECT 1 {source} LIMIT 1", parameters).fetchone():
                found.append(text)
    return found[:limit]
