"""The text of a record as a tree that keeps its comments, for the canonical layout.

`read` drops comments; here each one is kept with the entry it stands at: above it (`head`), behind it (`tail`), or at
the end of the block it closes (`foot`). Only texts that `read` accepts come here: no anchors, tags or second documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"#[^\n]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")


@dataclass(slots=True)
class Text:
    """A single value; `plain` if it stands without quotes and in no block."""

    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class Collection:
    """A list (`is_map` false, keys None) or a mapping; `column` is that of its entries, counted from 0."""

    is_map: bool
    column: int
    flow_end: int | None = None  # where a [ ] or { } ends
    entries: list[Entry] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)

    @property
    def has_comments(self) -> bool:
        return bool(self.foot) or any(
            e.head or e.tail or (isinstance(e.value, Collection) and e.value.has_comments) for e in self.entries)


@dataclass(slots=True, eq=False)
class Entry:
    """One item of a list or one key of a mapping with its value; comments as `# …`, blank lines between them as ''."""

    key: str | None
    value: Text | Collection
    parent: Collection
    start: int
    first_line: int
    last_line: int
    head: list[str] = field(default_factory=list)
    tail: str | None = None


@dataclass(slots=True, frozen=True)
class _Comment:
    text: str
    index: int
    line: int
    column: int
    stands_alone: bool


class _Parser:
    """Builds the tree from the parser's events and collects the comments that stand between them."""

    def __init__(self, text: str):
        self.text, self.position = text, 0
        self.lines = text.split("\n")
        self.entries: list[Entry] = []
        self.collections: list[tuple[int, Collection]] = []
        self.comments: list[_Comment] = []

    def parse(self) -> Collection:
        events = yaml.parse(self.text, _LOADER)
        event = next(e for e in events if isinstance(e, yaml.MappingStartEvent))
        root, _ = self._node(event, events)
        self._gap(len(self.text))
        for comment in self.comments:
            self._attach(comment, root)
        return root

    def _gap(self, end: int) -> None:
        """Collect the comments between the last value and this index."""
        for match in _COMMENT.finditer(self.text, self.position, end):
            self._comment(match.group(), match.start())
        self.position = max(self.position, end)

    def _comment(self, text: str, index: int) -> None:
        line = self.text.count("\n", 0, index)
        column = index - self.text.rfind("\n", 0, index) - 1
        alone = not self.text[index - column:index].strip()
        self.comments.append(_Comment(text.rstrip(), index, line, column, alone))

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> tuple[Text | Collection, int]:
        """Return a node and the line it ends on."""
        start, end = event.start_mark, event.end_mark
        if isinstance(event, yaml.ScalarEvent):
            self._gap(start.index)
            self.position = end.index
            if event.style in ("|", ">"):
                header = _BLOCK_HEADER.match(self.text, start.index)
                if header:
                    self._comment(header[1], header.start(1))
                return Text(event.value, False), start.line
            return Text(event.value, event.implicit[0]), end.line
        node = Collection(isinstance(event, yaml.MappingStartEvent), start.column)
        self.collections.append((start.index, node))
        while not isinstance(event := next(events), (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            key = None
            entry = Entry(None, node, node, event.start_mark.index, event.start_mark.line, 0)
            self.entries.append(entry)
            if node.is_map:
                key = self._node(event, events)[0].text
                event = next(events)
            entry.key = key
            entry.value, entry.last_line = self._node(event, events)
            node.entries.append(entry)
        if event.end_mark.index > event.start_mark.index:  # a closing bracket has a width, the end of a block none
            self._gap(event.start_mark.index)
            node.flow_end = event.end_mark.index
        return node, event.end_mark.line

    def _attach(self, comment: _Comment, root: Collection) -> None:
        before = [e for e in self.entries if e.start < comment.index]
        after = next((e for e in self.entries if e.start > comment.index), None)
        if not comment.stands_alone and before:
            entry = before[-1]
            while entry.parent is not root and entry.parent.flow_end and entry.parent.flow_end <= comment.index:
                entry = self._owner(entry.parent)
            if comment.line in (entry.first_line, entry.last_line) and entry.tail is None:
                entry.tail = comment.text
                return
        inside = [c for start, c in self.collections if c.flow_end and start <= comment.index < c.flow_end]
        if inside:
            following = next((e for e in inside[-1].entries if e.start > comment.index), None)
            self._put(following.head if following else inside[-1].foot, comment)
            return
        closed = self._closed_block(comment, before[-1], root) if before else root
        if after is not None and (comment.column <= after.parent.column or closed in self._around(after.parent, root)):
            self._put(after.head, comment)
        else:
            self._put(closed.foot, comment)

    def _owner(self, node: Collection) -> Entry:
        return next(e for e in self.entries if e.value is node)

    def _around(self, node: Collection, root: Collection) -> list[Collection]:
        """Return a collection and those around it, innermost first."""
        chain = [node]
        while chain[-1] is not root:
            chain.append(self._owner(chain[-1]).parent)
        return chain

    def _closed_block(self, comment: _Comment, above: Entry, root: Collection) -> Collection:
        """Return the block that a comment may close: of those open above it the outermost of its column, else the innermost left of it."""
        blocks = [c for c in self._around(above.parent, root) if not c.flow_end]
        same = [c for c in blocks if c.column == comment.column]
        left = [c for c in blocks if c.column < comment.column]
        return same[-1] if same else (left[0] if left else root)

    def _put(self, place: list[str], comment: _Comment) -> None:
        if comment.line and not self.lines[comment.line - 1].strip() and comment.stands_alone:
            place.append("")
        place.append(comment.text)
        following = comment.line + 1
        if comment.stands_alone and following < len(self.lines) - 1 and not self.lines[following].strip() and self._is_last(comment):
            place.append("")

    def _is_last(self, comment: _Comment) -> bool:
        """Say whether no other comment follows behind the blank lines below (which would bring its own)."""
        rest = self.text[comment.index + len(comment.text):].lstrip()
        return bool(rest) and not rest.startswith("#")


def parse_commented(text: str) -> Collection:
    """Return the tree of a text that `read_document` accepts, with its comments."""
    return _Parser(text).parse()
