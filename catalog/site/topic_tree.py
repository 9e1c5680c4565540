"""The tree of topics, as the pages that sort by area need it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One area or task."""

    id: str
    name: str
    name_ru: str | None
    parent: str | None


class TopicTree:
    """All topics of a file, with what stands above and below each."""

    def __init__(self, topics: list[Topic]):
        self.topics = {t.id: t for t in topics}
        self._below: dict[str | None, list[Topic]] = {}
        for topic in sorted(topics, key=lambda t: t.name.casefold()):
            self._below.setdefault(topic.parent if topic.parent in self.topics else None, []).append(topic)

    def above(self, topic: str) -> list[str]:
        """Return a topic and what stands above it, the root last."""
        found: list[str] = []
        current: str | None = topic
        while current in self.topics and current not in found:
            found.append(current)
            current = self.topics[current].parent
        return found

    def below(self, topic: str) -> set[str]:
        """Return a topic and all that stands below it."""
        found = {topic}
        waiting = [topic]
        while waiting:
            fresh = [t.id for t in self._below.get(waiting.pop(), ()) if t.id not in found]
            found.update(fresh)
            waiting += fresh
        return found

    def area(self, topic: str) -> str:
        """Return the area a topic belongs to: what stands below the root on the way to it, or the root itself."""
        line = self.above(topic)
        return line[-2] if len(line) > 1 else topic

    def outline(self, used: set[str]) -> list[tuple[Topic, int]]:
        """Return the used topics and what stands above them, as (topic, depth), in the order of the tree."""
        shown = {t for topic in used for t in self.above(topic)}
        found: list[tuple[Topic, int]] = []

        def walk(parent: str | None, depth: int) -> None:
            for topic in self._below.get(parent, ()):
                if topic.id in shown:
                    found.append((topic, depth))
                    walk(topic.id, depth + 1)

        walk(None, 0)
        return found


def read_topics(db: sqlite3.Connection) -> TopicTree:
    """Read the topics of a built file."""
    return TopicTree([Topic(*row) for row in db.execute("SELECT id, name, name_ru, parent_id FROM topics")])


def topics_of(db: sqlite3.Connection, kind: str) -> dict[str, list[str]]:
    """Return the topics of every record of a kind, by ref, in the record's own order."""
    found: dict[str, list[str]] = {}
    for ref, topic in db.execute(
            "SELECT x.ref, x.topic_id FROM record_topics x JOIN records r ON r.ref = x.ref WHERE r.kind = ? ORDER BY x.ref, x.position", (kind,)):
        found.setdefault(ref, []).append(topic)
    return found
