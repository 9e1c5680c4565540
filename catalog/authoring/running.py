"""Running the layout and the mending over files: what is said of each, and what is written."""

from __future__ import annotations

import sys
from pathlib import Path

from catalog.authoring.files import write_whole
from catalog.authoring.layout import CannotFormat, lay_out
from catalog.authoring.mend import Mended, find_renamed, mend
from catalog.kinds import all_kinds
from catalog.problems import Problem
from catalog.read import Document, read_catalog, read_document
from catalog.text import check_text


def format_files(files: list[tuple[Path, str]], only_check: bool) -> bool:
    """Lay files out and say which; return whether any would change (`only_check`) or could not be read."""
    changed = refused = 0
    for file, kind in files:
        try:
            content = file.read_bytes()
            text, problems = check_text(str(file), content)
            if problems:
                raise CannotFormat(problems[0].what)
            new = lay_out(text, kind)
        except (CannotFormat, OSError) as error:
            refused += 1
            print(f"{file}: left as it is: {error}", file=sys.stderr)
            continue
        if new != text:
            changed += 1
            print(file)
            if not only_check:
                write_whole(file, new)
    verb = "would change" if only_check else "changed"
    print(f"{len(files):,} looked at, {changed:,} {verb}" + (f", {refused:,} left: `catalog check` says what is wrong" if refused else ""), file=sys.stderr)
    return bool(refused or (only_check and changed))


def fix_files(data: Path, files: list[tuple[Path, str]], only_check: bool) -> bool:
    """Mend files and say what was done; return whether anything was to be mended."""
    documents, stray = read_catalog(data, all_kinds())
    originals = {file: file.read_bytes() for file, _ in files}
    texts: dict[Path, str] = {}
    done: dict[Path, list[Mended]] = {}
    for file, kind in files:
        _run(file, originals[file], kind, [], texts, done)
    by_file: dict[str, list[Problem]] = {}
    for problem in find_renamed([_after(d, texts) for d in documents]):
        by_file.setdefault(problem.path, []).append(problem)
    for file, kind in files:
        if str(file) in by_file:
            _run(file, texts.get(file, "").encode("utf-8") or originals[file], kind, by_file[str(file)], texts, done)
    for file in sorted(done):
        for mended in done[file]:
            print(f"{file}{f':{mended.line}' if mended.line else ''}: {mended.what}")
        if not only_check:
            write_whole(file, texts[file])
    for problem in stray:
        if problem.rule == "file-name" and any(str(file) == problem.path for file, _ in files):
            print(f"{problem.path}: {problem.fix} (not done: other records may name it)")
    verb = "to be mended" if only_check else "mended"
    print(f"{len(files):,} looked at, {len(done):,} {verb}; `catalog check` says what is left", file=sys.stderr)
    return bool(done)


def _run(file: Path, content: bytes, kind: str, renamed: list[Problem], texts: dict[Path, str], done: dict[Path, list[Mended]]) -> None:
    mended = mend(content, kind, renamed)
    if mended is not None and mended[1]:
        texts[file] = mended[0]
        done.setdefault(file, []).extend(mended[1])


def _after(document: Document, texts: dict[Path, str]) -> Document:
    """Return a document as it is after mending."""
    text = texts.get(Path(document.path))
    return document if text is None else read_document(document.path, document.kind, document.slug, text.encode("utf-8"))
