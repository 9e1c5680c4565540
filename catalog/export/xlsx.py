"""An Excel workbook (Office Open XML, ECMA-376): a sheet for each table and view, written as a stream.

Texts are inline strings, which no spreadsheet takes for a formula, whatever they begin with. Written by hand, since that
streams in flat memory, needs no package and gives the same bytes for the same file; openpyxl reads it in the tests.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from catalog.export import export_format
from catalog.export.source import Relation, Source

ROW_LIMIT = 1_048_576  # of a sheet, header included
CELL_LIMIT = 32_767  # characters of a cell; what is longer is cut and ends in …
_HIDDEN = ("search_documents", "documents")  # for programs: texts longer than a cell
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>')


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1.

    >>> column_letters(1), column_letters(27)
    ('A', 'AA')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_names(names: list[str]) -> dict[str, str]:
    """Return a name of at most 31 characters for each sheet, each its own."""
    found: dict[str, str] = {}
    for name in names:
        short, number = name[:31], 1
        while short in found.values():
            number += 1
            short = f"{name[:30 - len(str(number))]}~{number}"
        found[name] = short
    return found


def _text(value: str) -> str:
    """Return a text as cells hold it; what XML cannot hold is written `_x0007_` (ECMA-376 part 1, 22.9.2.19)."""
    if len(value) > CELL_LIMIT:
        value = value[: CELL_LIMIT - 1] + "…"
    value = _CONTROL.sub(lambda m: "".join(f"_x{ord(c):04X}_" for c in m[0]) if len(m[0]) == 1 else f"_x005F{m[0]}", value)
    return escape(value).replace("\r", "_x000D_")


def _cell(value: Any, place: str, style: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _row(number: int, values: tuple[Any, ...], letters: list[str], style: int) -> str:
    return f'<row r="{number}">' + "".join(_cell(v, f"{column}{number}", style) for v, column in zip(values, letters, strict=True)) + "</row>"


def _sheet(source: Source, relation: Relation, out: IO[bytes]) -> int:
    """Write one sheet: a bold header that stays in view, then the rows; return their number."""
    letters = [column_letters(i) for i in range(1, len(relation.fields) + 1)]
    widths = "".join(
        f'<col min="{i}" max="{i}" width="{max(10, min(len(f.name) + 4, 40)) if f.type != "text" else 24}" customWidth="1"/>'
        for i, f in enumerate(relation.fields, 1))
    out.write((
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        f'state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>{_row(1, tuple(relation.names), letters, 1)}').encode())
    number = 1
    for batch in source.batches(relation):
        batch = batch[: ROW_LIMIT - number]
        out.write("".join(_row(i, row, letters, 2) for i, row in enumerate(batch, number + 1)).encode())
        number += len(batch)
        if number == ROW_LIMIT:
            break
    out.write(f'</sheetData><autoFilter ref="A1:{letters[-1]}{number}"/></worksheet>'.encode())
    return number - 1


def _contents(source: Source) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the first sheet: what the file is, and what its sheets hold."""
    yield from (("The Deep Learning Catalog", "", None), *((k, v, None) for k, v in source.meta.items()), ("", "", None))
    yield "sheet", "one row is", "rows"


def _parts(sheets: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files of the package besides its sheets."""
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' for i in numbers)
    yield "[Content_Types].xml", (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{types}</Types>')
    yield "_rels/.rels", (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets.values(), 1))
    yield "xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>'
    related = "".join(f'<Relationship Id="rId{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbers)
    styles = f'<Relationship Id="rId{len(sheets) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    yield "xl/_rels/workbook.xml.rels", f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}{styles}</Relationships>'
    yield "xl/styles.xml", _STYLES


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # no clock: the same file gives the same bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


@export_format("xlsx", "an Excel workbook with a sheet for each table and view; texts stay texts", file_name="catalog.xlsx")
def write(source: Source, file: Path) -> dict[str, int]:
    """Write the workbook; its first sheet, `contents`, describes the others."""
    relations = [r for r in source.relations.values() if r.name not in _HIDDEN]
    relations.sort(key=lambda r: (not r.is_view, r.name))
    sheets = sheet_names(["contents", *(r.name for r in relations)])
    counts = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, text in _parts(sheets):
            package.writestr(_entry(name), text)
        for i, relation in enumerate(relations, 2):
            with package.open(_entry(f"xl/worksheets/sheet{i}.xml"), "w", force_zip64=True) as out:
                counts[relation.name] = _sheet(source, relation, out)
        rows = [*_contents(source), *((sheets[r.name], r.description, counts[r.name]) for r in relations)]
        cells = "".join(_row(i, row, ["A", "B", "C"], 2) for i, row in enumerate(rows, 1))
        columns = '<cols><col min="1" max="1" width="34" customWidth="1"/><col min="2" max="2" width="100" customWidth="1"/></cols>'
        package.writestr(_entry("xl/worksheets/sheet1.xml"), f'{_HEAD}<worksheet xmlns="{_MAIN}">{columns}<sheetData>{cells}</sheetData></worksheet>')
    return {file.name: sum(counts.values())}
