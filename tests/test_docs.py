"""The generated references are what the code says now, and the documents' links lead somewhere."""

import re
from pathlib import Path

import pytest

from catalog.reference import GENERATED

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("CONTRIBUTING.md")])


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_generated_reference_is_up_to_date(name: str):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == GENERATED[name](), "run scripts/docs"


@pytest.mark.parametrize("file", DOCS, ids=lambda f: f.name)
def test_links_inside_documents_lead_to_files(file: Path):
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text):
        assert (file.parent / target).exists(), f"{file.name} links to {target}"
