"""An Atom feed (RFC 4287) of the timeline: milestones and machines against people, those last checked first.

`published` is the day of the event, `updated` the last day on which a source of the record was read: the file knows no clock.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from catalog.export import export_format
from catalog.export.datapackage import SUMMARY, TITLE
from catalog.export.source import Source

_ENTRIES = """
SELECT t.ref, t.name, t.name_ru, t.date, t.date_from, t.category, t.summary, coalesce(c.day, :as_of) AS updated
FROM timeline t LEFT JOIN (SELECT record, max(accessed) AS day FROM claims GROUP BY record) c ON c.record = t.ref
ORDER BY updated DESC, t.date_from DESC, t.ref"""


def _id(ref: str) -> str:
    """Return a lasting id that does not depend on the address of the site (RFC 4122, version 5)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'deep-learning-catalog/' + ref)}"


@export_format("atom", "an Atom feed of the timeline, the records last checked first", file_name="timeline.atom")
def write(source: Source, file: Path) -> dict[str, int]:
    """Write one entry for each milestone and achievement."""
    count = 0
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
            f"<title>{TITLE}: timeline</title>\n<subtitle>{escape(SUMMARY)}</subtitle>\n<id>{_id('timeline')}</id>\n"
            f"<updated>{source.as_of}T00:00:00Z</updated>\n<link href={quoteattr(source.url('timeline'))}/>\n"
            f"<author><name>{TITLE}</name></author>\n<rights>{escape(source.meta['data_licence'])}</rights>\n")
        for row in source.db.execute(_ENTRIES, {"as_of": source.as_of}):
            names = f" · {row['name_ru']}" if row["name_ru"] and row["name_ru"] != row["name"] else ""
            published = f"<published>{row['date_from']}T00:00:00Z</published>\n" if row["date_from"] else ""
            out.write(
                f"<entry>\n<title>{escape(row['date'] + ': ' + row['name'])}</title>\n<id>{_id(row['ref'])}</id>\n"
                f"<link href={quoteattr(source.url(row['ref']))}/>\n{published}<updated>{row['updated']}T00:00:00Z</updated>\n"
                f"<category term={quoteattr(row['category'])}/>\n<summary>{escape((row['summary'] or row['name']) + names)}</summary>\n</entry>\n")
            count += 1
        out.write("</feed>\n")
    return {file.name: count}
