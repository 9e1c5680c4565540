"""A small catalog whose texts are what exports stumble over: quotes, tabs, line ends, formulas, markup, a tombstone."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from factories import TODAY, write_data

from catalog.check import check_data
from catalog.load import build_file

FORMULA = "=1+1"
NASTY = 'say "x", a\\b \\. \\N\ttab; <b>&amp;</b> [l](u) | _i_ {c} 50% $5 #1 ~^ é 日本 🙂'
SUMMARY = f"{NASTY}\nsecond line\n\n@fourth\n"
_QUOTED = "'" + NASTY.replace("\t", " ").replace("'", "''") + "'"
FILES = {
    "sources/paper.yaml": f"type: paper\ntitle: {_QUOTED}\nauthors: ['O''Neil {{X}}', 'Ann and Bob', 'Junnan Li et al.']\ndate: ../2011-12\nvenue: Nature\nvolume: 9 (8)\npages: 1–5\n",
    "sources/bare.yaml": "type: web-page\ntitle: '+7'\nname: '-1'\n",
    "topics/vision.yaml": f"name: '{FORMULA}'\nnames: {{ru: Зрение}}\naliases: ['+cmd', '-2', '@x']\nsummary: {_QUOTED}\n",
    "organizations/chipmaker.yaml": "name: Chipmaker\ntype: company\n",
    "datasets/2016/digits.yaml": (
        f"name: Digits\ntopics: [vision]\nmodality: [image, text]\nreleased: 2011\norganizations: [chipmaker]\nlicence: by word of mouth\n"
        f"known_issues:\n- text: {_QUOTED}\n- text: |\n    two\n    lines\n"
        "items: ~18.60e3\nclasses: '>50'\nsplits:\n  train: {items: 1e3}\n  test: {items: not-reported}\n  b-last: {items: 7}\n"
        "sources:\n- {source: paper, default: true}\n- {source: bare, states: {items: '1e9'}, note: '= Rounded.'}\n"),
    "datasets/gone.yaml": "removed:\n  date: 2026-10-01\n  reason: '\"Withdrawn\", they say.'\n  replaced_by: datasets/digits\n",
}


@lru_cache(maxsize=1)
def _built() -> bytes:
    """Build the records once a run; the file does not depend on where they stand."""
    with tempfile.TemporaryDirectory() as folder:
        data = write_data(Path(folder), FILES)
        checked = check_data(data, today=TODAY)
        errors = [p for p in checked.problems if p.severity == "error"]
        assert not errors, errors
        build_file(checked.catalog, checked.claims, data, Path(folder) / "hostile.db")
        return (Path(folder) / "hostile.db").read_bytes()


def build_hostile(folder: Path) -> Path:
    """Put the records and the file built of them below a folder and return the file."""
    write_data(folder, FILES)
    (folder / "hostile.db").write_bytes(_built())
    return folder / "hostile.db"


def export_hostile(folder: Path, *formats: str) -> Path:
    """Build the records, write some formats of them and return the folder: one folder or file a format, named after it."""
    from catalog.export import find_format
    from catalog.export.publish import write_export
    from catalog.export.source import open_source

    with open_source(build_hostile(folder)) as source:
        for name in formats:
            write_export(source, find_format(name), folder / name)
    return folder
