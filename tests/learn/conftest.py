"""The sections opened on the real records, on a few of each kind, and on one topic alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from factories import minimal

from learn.learnt import BOLD, Get, build_small, open_file


@pytest.fixture(scope="module")
def db(catalog_file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{catalog_file}?immutable=1", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="module")
def get(catalog_file: Path) -> Iterator[Get]:
    yield from open_file(catalog_file)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """One record of each kind these pages show, with names that look like HTML, and applications of two areas."""
    named = f"names: {{ru: '{BOLD} ru'}}\nsummary: '{BOLD} summary'\n"
    files = {}
    for kind in ("books", "courses", "sites", "themes", "indicators", "applications", "topics", "methods"):
        files |= minimal(kind, named)
    files |= {
        "topics/root.yaml": "name: Root\n",
        "topics/vision.yaml": "name: Seeing\nparent: root\nnames: {ru: Зрение}\n",
        "topics/faces.yaml": "name: Faces\nparent: vision\nnames: {ru: Лица}\n",
        "topics/sound.yaml": "name: Sound\nparent: root\n",
        "applications/faces.yaml": (
            "name: Finding faces\ntopics: [faces]\nevidence_grade: deployed\ndemo_url: https://example.org/faces\ndemo_state: gone\n"
            "then: [{date: 2014, text: 'Found them <i>once</i>.', source: paper}]\nnow: [{date: ../2024, text: Finds them., source: paper}]\n"
            "examples: [{input: A crowd, output: Ann, source: paper}, {input: A party, output: Bob, source: paper}, {input: A street, output: Cid, source: paper}]\n"
            + "sources: [{source: paper, default: true}]\n"),
        "applications/chirps.yaml": "name: Naming birds\ntopics: [sound]\nevidence_grade: study\nsources: [{source: paper, default: true}]\n",
        "themes/overfitting.yaml": (
            "name: Learning by heart\ntype: problem\nstatements: [{text: It learns noise., text_ru: Учит шум., source: paper, locator: page 2}]\n"
            "remedies: [{method: example, text: Leave units out., source: paper}, {text: More data, source: paper}, {method: example, text: Leave out more., source: paper}]\n"
            "sources: [{source: paper, default: true}]\n"),
    }
    yield from open_file(build_small(tmp_path_factory.mktemp("small"), files))
