"""Reading: the text of YAML files into trees of raw scalars with their positions.

First stage. Nothing is interpreted here: `no`, `010` and `2016-03-09` stay the text they are until `validate`
knows which field they stand in. Everything YAML offers beyond mappings, lists and scalars is refused, since
a reader of the file could not see what it does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from catalog import reading_rules as rules
from catalog.fields import SLUG, SLUG_LIMIT
from catalog.problems import Mark, Problem
from catalog.text import check_text, unseen

DEPTH_LIMIT = 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SLUG = re.compile(SLUG)
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}


@dataclass(slots=True)
class Scalar:
    """A single value as written; `plain` if it stands without quotes."""

    text: str
    plain: bool
    mark: Mark


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    items: list[Node]
    mark: Mark


@dataclass(slots=True)
class Mapping:
    """Nodes by key, with the place of each key."""

    entries: dict[str, Node]
    key_marks: dict[str, Mark]
    mark: Mark


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Document:
    """One file: where it stands, which record it is, its text and its tree (None if it could not be read)."""

    path: str
    kind: str
    slug: str
    text: str
    root: Mapping | None
    problems: list[Problem] = field(default_factory=list)

    @property
    def ref(self) -> str:
        return f"{self.kind}/{self.slug}"

    def mark(self, path: str, key: bool = False) -> Mark | None:
        """Return the place of a value (or of its key) by dotted path; of the nearest parent if it is not written."""
        node: Node | None = self.root
        best = node.mark if node else None
        for step in path.split(".") if path else ():
            if isinstance(node, Mapping) and step in node.entries:
                best = node.key_marks[step]
                node = node.entries[step]
            elif isinstance(node, Sequence) and step.isdigit() and 0 < int(step) <= len(node.items):
                node = node.items[int(step) - 1]
                best = node.mark
            else:
                return best
        return best if key or node is None else node.mark

    def line(self, number: int) -> str:
        """Return a line of the text, counted from 1."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


class _Refused(Exception):
    """Ends the reading of one file; carries its problem."""

    def __init__(self, problem: Problem):
        super().__init__(problem.what)
        self.problem = problem


def _mark(yaml_mark: yaml.Mark) -> Mark:
    return Mark(yaml_mark.line + 1, yaml_mark.column + 1)


class _Builder:
    """Builds the tree of one document from the parser's events and refuses what it must not contain."""

    def __init__(self, path: str, text: str):
        self.path, self.text = path, text
        self.problems: list[Problem] = []

    def build(self) -> Mapping | None:
        events = yaml.parse(self.text, _LOADER)
        try:
            return self._document(events)
        except _Refused as refused:
            self.problems.append(refused.problem)
        except yaml.YAMLError as error:
            self.problems.append(self._syntax(error))
        return None

    def _document(self, events: Iterator[yaml.Event]) -> Mapping | None:
        next(events)  # start of the stream
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _Refused(rules.EMPTY_FILE.at(self.path, None, "the file holds nothing", "write the record, or delete the file"))
        first = next(events)
        root = self._node(first, events, 1)
        next(events)  # end of the document
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Refused(rules.SECOND_DOCUMENT.at(self.path, _mark(after.start_mark), "a second document begins here", "delete the line `---`, or make a file of its own"))
        if isinstance(root, Mapping):
            return root
        if isinstance(root, Scalar) and root.plain and not root.text:
            raise _Refused(rules.EMPTY_FILE.at(self.path, None, "the file holds nothing", "write the record, or delete the file"))
        raise _Refused(rules.NOT_A_MAPPING.at(self.path, _mark(first.start_mark), "the file holds no keys", "write lines of the form `key: value`"))

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        mark = _mark(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(rules.ALIAS.at(self.path, mark, f"the alias *{event.anchor} stands for text written elsewhere", "write the value itself; quote it if the star is meant"))
        if event.anchor:
            raise _Refused(rules.ANCHOR.at(self.path, mark, f"the anchor &{event.anchor} stands here", "delete it; quote the text if the sign is meant"))
        if event.tag and not (isinstance(event, yaml.ScalarEvent) and event.implicit[0]) and not (
            isinstance(event, yaml.ScalarEvent) and event.implicit[1]
        ):
            raise _Refused(rules.TAG.at(self.path, mark, f"the tag {event.tag} stands here", "delete it; quote the text if the exclamation mark is meant"))
        if isinstance(event, yaml.ScalarEvent):
            if self.text.startswith("!", event.start_mark.index):  # the parser drops a lone `!` without a word
                raise _Refused(rules.TAG.at(self.path, mark, "the tag ! stands here", "delete it; quote the text if the exclamation mark is meant"))
            if event.style == '"' and "\\" in self.text[event.start_mark.index:event.end_mark.index]:
                self._check_escapes(event.value, mark)
            return Scalar(event.value, event.implicit[0], mark)
        if depth >= DEPTH_LIMIT:
            raise _Refused(rules.TOO_DEEP.at(self.path, mark, f"the {DEPTH_LIMIT}th level of nesting begins here", "no record needs more than eight; look for a bracket that is not closed"))
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._node(event, events, depth + 1))
            return Sequence(items, mark)
        return self._mapping(mark, events, depth)

    def _check_escapes(self, text: str, mark: Mark) -> None:
        """Refuse what `check_text` could not see: characters that a text with double quotes writes as escapes."""
        found = list(unseen(text))
        for rule, _, what in found:
            self.problems.append(rule.at(self.path, mark, f"{what}, written as an escape", "delete the escape; write the letters themselves"))
        if not found and not unicodedata.is_normalized("NFC", text):
            self.problems.append(rules.NOT_NFC.at(self.path, mark, "escapes write a letter as base letter and accent", "write the letter itself"))

    def _mapping(self, mark: Mark, events: Iterator[yaml.Event], depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        marks: dict[str, Mark] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key_mark = _mark(event.start_mark)
            key = self._node(event, events, depth + 1)
            if not isinstance(key, Scalar):
                raise _Refused(rules.COMPLEX_KEY.at(self.path, key_mark, "a list or mapping stands where a key should", "write the key as a word"))
            if key.text == "<<" and key.plain:
                raise _Refused(rules.MERGE_KEY.at(self.path, key_mark, "the merge key << stands here", "write the keys themselves"))
            value = self._node(next(events), events, depth + 1)
            if key.text in entries:
                what = f"the key {key.text!r} stands here again; it stands already in line {marks[key.text].line}"
                self.problems.append(rules.DUPLICATE_KEY.at(self.path, key_mark, what, "delete one of the two, or join them"))
                continue
            entries[key.text] = value
            marks[key.text] = key_mark
        return Mapping(entries, marks, mark)

    def _syntax(self, error: yaml.YAMLError) -> Problem:
        reason = (getattr(error, "problem", None) or str(error)).strip()
        place, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        if began and reason in rules.SEEN_TOO_LATE:
            place = began
        lines = self.text.split("\n")
        mark = _mark(place) if place else Mark(1, 1)
        if mark.line > len(lines):  # the parser stops behind a last line without its line end
            mark = Mark(len(lines), len(lines[-1]) + 1)
        for number in (mark.line, mark.line - 1):  # the parser sometimes stops only after the line end
            line = lines[number - 1] if 0 < number <= len(lines) else ""
            indent = line[: len(line) - len(line.lstrip())]
            if "\t" in indent:
                return rules.TAB.at(self.path, Mark(number, indent.index("\t") + 1), "the line is indented with a tab", "indent with two spaces for each level")
        glued = rules.find_glued_colon(reason, lines, mark.line)
        if glued:
            return rules.SYNTAX.at(self.path, Mark(*glued[:2]), *glued[2:])
        what, fix = rules.explain_syntax(reason, getattr(error, "context", None))
        if began and began.line + 1 < mark.line and fix in rules.CLOSING:
            fix += f" of line {began.line + 1}, where it begins"
        return rules.SYNTAX.at(self.path, mark, what, fix)


def read_document(path: str, kind: str, slug: str, data: bytes) -> Document:
    """Return the document of one file's bytes, with every problem of its text."""
    text, problems = check_text(path, data)
    document = Document(path, kind, slug, text, None, problems)
    if text or not problems:
        builder = _Builder(path, text)
        document.root = builder.build()
        problems += builder.problems
    return document


def _place(data: Path, file: Path, kinds: Iterable[str]) -> tuple[str, str, Problem | None]:
    """Return the kind and slug that a file's path names, or the problem with it."""
    parts = file.relative_to(data).parts
    path = str(file)
    kind, slug = parts[0], file.stem
    if not "".join(parts).isprintable():  # a line end, or bytes that are no UTF-8: it can neither be shown nor stored
        path = "".join(c if c.isprintable() else "\ufffd" for c in path)
        return kind, slug, rules.FILE_NAME.at(path, None, f"{'/'.join(parts)!r} holds a character that cannot be shown", "rename the file or folder")
    if len(parts) == 1:
        return "", slug, rules.STRAY_FILE.at(path, None, f"{file.name} stands in no folder of a kind", "move it into the folder of its kind, e.g. data/datasets")
    if kind not in kinds:
        return kind, slug, rules.UNKNOWN_FOLDER.at(path, None, f"there is no kind {kind!r}", "the kinds are " + ", ".join(sorted(kinds)))
    if file.suffix != ".yaml":
        return kind, slug, rules.STRAY_FILE.at(path, None, f"{file.name} is no .yaml file", f"rename it to {slug}.yaml, or delete it")
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_LIMIT or slug in _RESERVED:
        suggestion = re.sub("-+", "-", re.sub("[^a-z0-9]+", "-", slug.lower())).strip("-")[:SLUG_LIMIT].strip("-") or "name"
        if suggestion in _RESERVED:
            suggestion += "-1"
        return kind, slug, rules.FILE_NAME.at(path, None, f"{slug!r} cannot be an id", f"rename the file to {suggestion}.yaml")
    return kind, slug, None


def find_files(data: Path) -> list[Path]:
    """Return every file below the data folder that claims to be a record, sorted; hidden files and notes are none."""
    return sorted(
        f for f in data.rglob("*")
        if (f.is_file() or f.is_symlink()) and not any(p.startswith(".") for p in f.relative_to(data).parts)
        and f.name.lower() != "readme.md" and f != data / "exceptions.yaml"
    )


def read_catalog(data: Path, kinds: Iterable[str]) -> tuple[list[Document], list[Problem]]:
    """Read every record below a data folder.

    Args:
        data: The folder that holds one folder for each kind.
        kinds: Names of the kinds.

    Returns:
        The documents by path, each with its own problems, and the problems of files that are no record.

    Raises:
        FileNotFoundError: There is no such folder, or no record in it.
    """
    kinds = set(kinds)
    if not data.is_dir():
        raise FileNotFoundError(f"there is no data folder {data}")
    documents: dict[str, Document] = {}
    stray: list[Problem] = []
    for file in find_files(data):
        kind, slug, problem = _place(data, file, kinds)
        if problem:
            stray.append(problem)
            continue
        try:
            content = file.read_bytes()
        except OSError as error:
            stray.append(rules.UNREADABLE.at(str(file), None, f"the file cannot be read: {error.strerror}", "mend its permissions"))
            continue
        document = read_document(str(file), kind, slug, content)
        if document.ref in documents:
            what = f"{document.ref} is also defined in {documents[document.ref].path}"
            stray.append(rules.DUPLICATE_ID.at(str(file), None, what, "rename one of the two files; subfolders do not make ids differ"))
            continue
        documents[document.ref] = document
    if not documents and not stray:
        raise FileNotFoundError(f"there is no record in {data}")
    return sorted(documents.values(), key=lambda d: (d.kind, d.slug)), stray
