"""What the site says of tables and columns comes from the kinds."""

from __future__ import annotations

import asyncio

import pytest

from catalog.kinds import all_kinds
from catalog.site.instance import CatalogSite
from catalog.site.metadata import make_metadata
from pages.small_site import Get, text_of


@pytest.mark.parametrize("kind", all_kinds())
def test_every_kind_has_title_description_sort_and_columns_from_its_class(kind: str, site: CatalogSite, get: Get):
    entry = site.table_metadata("catalog", kind)
    registered = all_kinds()[kind]
    assert entry["title"] == f"{registered.label} · {registered.label_ru}"
    assert entry["description"] == registered.description.replace("`", "")
    assert entry.get("sort") or entry.get("sort_desc")
    assert entry["label_column"] == "name" and not entry.get("hidden")
    assert set(entry["columns"]) == set(site.facts.columns[kind])
    shown = text_of(get(f"/catalog/{kind}").text)
    assert registered.label in shown and registered.label_ru in shown


def test_facets_and_units_come_from_the_fields(site: CatalogSite):
    assert site.table_metadata("catalog", "hardware")["facets"] == ["vendor_id", "type", "architecture"]
    assert site.table_metadata("catalog", "datasets")["facets"][0] == {"array": "modality"}
    assert site.table_metadata("catalog", "hardware")["columns"]["memory_gib"] == "Memory (GiB) · Память: Memory of the whole device. Unit: GiB."


def test_units_are_not_handed_to_the_parser_of_datasette(site: CatalogSite):
    tables = site.table_metadata("catalog", "hardware"), site.metadata("databases")["catalog"]["tables"]["datasets"]
    assert all("units" not in t for t in tables)


def test_tables_of_parts_and_of_the_search_are_hidden_and_hide_no_kind(runner: asyncio.Runner, site: CatalogSite):
    hidden = set(runner.run(site.get_database().hidden_table_names()))
    assert {"dataset_splits", "dataset_organizations", "search_index", "search_index_data", "search_documents", "alembic_version"} <= hidden
    assert not hidden & {*all_kinds(), "claims", "records", "relations"}


def test_label_column_of_every_table_is_one_of_its_columns(site: CatalogSite):
    for name, entry in site.metadata("databases")["catalog"]["tables"].items():
        assert entry.get("label_column", site.facts.columns[name][0]) in site.facts.columns[name], name


def test_views_are_described_by_their_first_comment(site: CatalogSite):
    assert site.table_metadata("catalog", "disagreements")["description"].startswith("Values on which sources disagree")


def test_metadata_of_an_unknown_table_is_made_all_the_same():
    assert make_metadata({"odd": ["a"]})["databases"]["catalog"]["tables"]["odd"]["title"] == "Odd"
