"""The cells of Datasette's tables: references by name, numbers readable, lists as lists."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from catalog.kinds import all_kinds
from catalog.site.columns import column_text, part_owners
from catalog.site.instance import CatalogSite
from catalog.site.metadata import DATABASE

THIN_SPACE = "\u202f"
LONG_TEXT = 50  # characters from which a column of texts gets the room to read them
_POWER = re.compile(r"(-?\d+(?:\.\d+)?)[eE]\+?(-?\d{1,3})")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN_NUMBER = re.compile(r"-?(\d{5,})(\.\d+)?")
# Where the things that identifiers name can be seen.
_RESOLVERS = {
    "arxiv": "https://arxiv.org/abs/{}", "doi": "https://doi.org/{}", "wikidata": "https://www.wikidata.org/wiki/{}",
    "orcid": "https://orcid.org/{}", "github": "https://github.com/{}", "huggingface": "https://huggingface.co/{}",
    "openreview": "https://openreview.net/forum?id={}", "acl": "https://aclanthology.org/{}/", "pypi": "https://pypi.org/project/{}/",
    "openml": "https://www.openml.org/d/{}", "ror": "https://ror.org/{}", "youtube": "https://www.youtube.com/watch?v={}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/", "hal": "https://hal.science/{}", "openalex": "https://openalex.org/{}",
    "npm": "https://www.npmjs.com/package/{}", "spdx": "https://spdx.org/licenses/{}.html", "kaggle": "https://www.kaggle.com/{}",
}


def record_url(ref: str, anchor: str = "") -> str:
    """Return the address of a record's page."""
    return f"/{DATABASE}/{ref}" + (f"#{anchor}" if anchor else "")


def record_link(site: CatalogSite, ref: str, text: str | None = None) -> Markup | None:
    """Return a link to a record, by its name unless told otherwise; None if there is no such record."""
    if text is None:
        link = site.links.get(ref)
        if link is None and ref in site.facts.names:
            link = site.links[ref] = _write_link(ref, *site.facts.names[ref])
        return link
    names = site.facts.names.get(ref)
    return _write_link(ref, text, " · ".join(dict.fromkeys(n for n in names if n))) if names else None


def _write_link(ref: str, text: str, title: str | None) -> Markup:
    hint = f' title="{escape(title)}"' if title else ""
    return Markup(f'<a class="record" href="{escape(record_url(ref))}"{hint}>{escape(text)}</a>')


def number_text(value: float) -> str:
    """Return a number for reading: without needless digits, thousands apart from 10 000 on.

    >>> number_text(1998.0), number_text(73257.0).replace(THIN_SPACE, " "), number_text(0.1), number_text(3.14e22)
    ('1998', '73 257', '0.1', '3.14e+22')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return f"{value:,}".replace(",", THIN_SPACE) if abs(value) >= 10_000 else str(value)
    return f"{value:.10g}"


def format_number(text: str) -> str:
    """Return a number as printed with its thousands apart, powers of ten written out up to 10¹²; anything else as it is.

    >>> [format_number(t).replace(THIN_SPACE, " ") for t in ("531131", "~7", "1998", "80e9", "3.14e23", "-12345.5")]
    ['531 131', '~7', '1998', '80 000 000 000', '3.14×10²³', '-12 345.5']
    """
    power = _POWER.fullmatch(text)
    if power:
        if float(text) <= 1e12 and float(text).is_integer():
            return number_text(float(text))
        return f"{power[1]}×10{str(int(power[2])).translate(_SUPERSCRIPTS)}"
    match = _PLAIN_NUMBER.fullmatch(text)
    return text.replace(match[1], f"{int(match[1]):,}".replace(",", THIN_SPACE), 1) if match else text


def is_long(value: Any) -> bool:
    """Say whether a cell holds more than a few words, markup not counted.

    >>> is_long("short"), is_long("long " * 12), is_long(Markup('<a href="/a/very/long/address/of/something/somewhere/else">x</a>'))
    (False, True, False)
    """
    text = value["label"] if isinstance(value, dict) and "label" in value else value
    if not isinstance(text, str) or len(text) <= LONG_TEXT:
        return False
    return not isinstance(text, Markup) or len(text.striptags()) > LONG_TEXT


def is_web(url: Any) -> bool:
    """Say whether a text may be linked to."""
    return isinstance(url, str) and url.startswith(("http://", "https://"))


def identifier_url(scheme: str, value: str) -> str | None:
    """Return the address under which an identifier can be looked up, if there is one."""
    form = _RESOLVERS.get(scheme)
    return form.format(quote(value, safe="/:@.-_~()")) if form else None


def _reference(site: CatalogSite, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
    """Return a link, if the cell refers to a record or to a part of one."""
    target = column_text(table, column).target
    raw = value["value"] if isinstance(value, dict) else value
    if target is None or not isinstance(raw, str):
        return None
    if target == "*" or target in all_kinds():
        ref = raw if target == "*" else f"{target}/{raw}"
        return record_link(site, ref, None if table else raw)
    owner = part_owners().get(target)
    slug, _, item = raw.partition(".")
    if owner is None or f"{owner}/{slug}" not in site.facts.names:
        return None
    label = value.get("label") if isinstance(value, dict) else None
    anchor = f"results.{item}" if target == "results" else ""
    return Markup(f'<a href="{escape(record_url(f"{owner}/{slug}", anchor))}">{escape(label or raw)}</a>')


def _own_link(site: CatalogSite, row: Any, value: Any, table: str | None) -> Markup | None:
    """Return the name of a row as a link to its record."""
    keys = list(row.keys()) if hasattr(row, "keys") else []
    if table in all_kinds() and "id" in keys:
        ref = f"{table}/{row['id']}"
    else:
        ref = next((row[k] for k in ("ref", "record") if k in keys), None)
        ref = ref["value"] if isinstance(ref, dict) else ref
    if ref not in site.facts.names:
        return None
    name, russian = site.facts.names[ref]
    below = f'<small lang="ru">{escape(russian)}</small>' if table and russian and russian != name and value == name else ""
    return Markup(f'<a class="record" href="{escape(record_url(ref))}">{escape(value)}</a>{below}')


def render_cell(site: CatalogSite, row: Any, value: Any, column: str, table: str | None) -> str | None:
    """Return what a cell shows, or None to leave it to Datasette (which escapes it).

    Args:
        site: The site, for the names of records.
        row: The row of the cell; answers by column name.
        value: The value; a dict of `value` and `label` where Datasette has expanded a foreign key.
        column: Name of the column.
        table: Table or view; None for a query.
    """
    if isinstance(value, bool) or value is None or isinstance(value, bytes):
        return None
    if isinstance(value, int | float):
        return number_text(value) if column != "id" else None
    link = _reference(site, row, value, column, table)
    if link is None and column in ("name", "title") and isinstance(value, str):
        link = _own_link(site, row, value, table)
    if link is not None:
        return link
    if isinstance(value, str) and table and column_text(table, column).is_array and value.startswith("["):
        try:
            text = ", ".join(map(str, json.loads(value)))
            longest = site.setting("truncate_cells_html")
            return text if len(text) <= longest else text[:longest] + "…"
        except ValueError:
            return None
    return None
