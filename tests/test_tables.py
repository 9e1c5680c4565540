"""Tables: names, keys, indexes and checks of what the plan makes, and how each value reaches its column."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from factories import CITED, MINIMAL, check_files, errors_of, minimal

from catalog.kinds import all_kinds
from catalog.plan import plan_tables, singular, singular_of, snake
from catalog.rows import fold, make_rows
from catalog.tables import metadata

TABLES = list(metadata.tables.values())
KINDS, COMMON = plan_tables()
PLANNED = [t for table in (*KINDS.values(), *COMMON) for t in table.walk()]


@pytest.fixture(scope="module")
def db():
    """All tables as the classes describe them, in memory."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    metadata.create_all(engine)
    connection = engine.raw_connection()
    yield connection.driver_connection
    connection.close()
    engine.dispose()


def test_names_of_planned_tables_are_unique():
    names = [t.name for t in PLANNED]
    assert len(names) == len(set(names)) and len(names) > 60


def test_every_planned_table_is_defined_once_beside_the_fixed_ones():
    fixed = {"records", "documents", "claims", "relations", "scores", "tombstones", "search_documents", "meta"}
    assert set(metadata.tables) == {t.name for t in PLANNED} | fixed


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_columns_are_unique_and_named_in_snake_case(table):
    names = [c.name for c in table.columns]
    assert len({n.lower() for n in names}) == len(names)
    assert all(n.isidentifier() and n == n.lower() for n in names)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_table_is_strict_and_typed_as_sqlite_stores(table, db):
    assert db.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (table.name,)).fetchone() == (1,)
    types = {row[2] for row in db.execute(f'PRAGMA table_info("{table.name}")')}
    assert types <= {"TEXT", "REAL", "INTEGER"}


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_reference_is_indexed_or_first_in_a_key(table, db):
    first = set()
    for row in db.execute(f'PRAGMA index_list("{table.name}")').fetchall():
        first.add(db.execute(f'PRAGMA index_info("{row[1]}")').fetchone()[2])
    primary = sorted((row[5], row[1]) for row in db.execute(f'PRAGMA table_info("{table.name}")') if row[5])
    first.add(primary[0][1])
    assert {row[3] for row in db.execute(f'PRAGMA foreign_key_list("{table.name}")')} <= first


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_reference_leads_to_a_key(table, db):
    for row in db.execute(f'PRAGMA foreign_key_list("{table.name}")').fetchall():
        target, column = row[2], row[4]
        keys = [[r[1] for r in db.execute(f'PRAGMA table_info("{target}")') if r[5]]]
        keys += [[r[2] for r in db.execute(f'PRAGMA index_info("{i[1]}")')] for i in db.execute(f'PRAGMA index_list("{target}")') if i[2]]
        assert [column] in keys


@pytest.mark.parametrize("planned", PLANNED, ids=lambda t: t.name)
def test_closed_sets_and_truth_values_are_checked_by_the_table(planned, db):
    found = {c["name"] for c in sa.inspect(sa.create_engine("sqlite://", creator=lambda: db, poolclass=sa.pool.StaticPool)).get_check_constraints(planned.name)}
    wanted = {f"ck_{planned.name}_{c.name}" for c in planned.columns if c.choices or c.is_boolean}
    assert found == wanted


@pytest.mark.parametrize("planned", PLANNED, ids=lambda t: t.name)
def test_planned_table_is_described(planned):
    assert planned.description.endswith(".") and planned.label and planned.label_ru


def test_tables_sort_by_their_references_without_a_circle():
    assert len(metadata.sorted_tables) == len(TABLES)  # a circle would warn, and a warning fails


@pytest.mark.parametrize(("word", "one"), [
    ("entries", "entry"), ("editions", "edition"), ("people", "person"), ("hardware", "hardware"), ("classes", "class"), ("then", "then"), ("series", "sery")])
def test_singular(word, one):
    assert singular(word) == one


def test_names_of_rows_and_classes():
    assert (snake("HumanBaseline"), snake("Dataset")) == ("human_baseline", "dataset")
    assert (singular_of("competition_edition_entries"), singular_of("datasets")) == ("competition_edition_entry", "dataset")


# rows


def rows_of(folder, files):
    checked = check_files(folder, files)
    assert errors_of(checked, folder) == []
    return make_rows(checked.catalog, checked.claims, str(folder / "data"))


def test_date_fills_three_columns_and_number_one(tmp_path):
    files = minimal("hardware", "announced: 2016-04~\nmemory_gib: 16\npower_w: '>250'\ndie_mm2: 815±1\nbase_clock_mhz: not-reported\nprocess_nm: 7..8\n")
    (row,) = rows_of(tmp_path, files)["hardware"]
    assert (row["announced"], row["announced_from"], row["announced_to"]) == ("2016-04~", "2016-04-01", "2016-04-30")
    assert (row["memory_gib"], row["power_w"], row["die_mm2"], row["base_clock_mhz"], row["process_nm"]) == (16.0, None, 815.0, None, None)
    assert row["available"] is None and row["available_from"] is None
    assert row["vendor_id"] == "example"


def test_open_date_leaves_its_end_empty(tmp_path):
    files = minimal("milestones") | {"milestones/example.yaml": MINIMAL["milestones"].replace("1998", "../2022-02-07")}
    (row,) = rows_of(tmp_path, files)["milestones"]
    assert (row["date"], row["date_from"], row["date_to"]) == ("../2022-02-07", None, "2022-02-07")


def test_lists_maps_and_links_become_rows_of_their_own(tmp_path):
    files = minimal("datasets", (
        "derived_from: [b, c]\nlanguages: [en, ru]\nis_synthetic: false\nsplits:\n  train: {items: 5, labels_public: true}\n  test: {items: '>2'}\n"
        "known_issues:\n- {text: Blurred.}\n- {text: Doubled., date: 2012}\nnames: {ru: Цифры}\naliases: [Numbers]\nidentifiers: {wikidata: Q5}\n"))
    for other in "bc":
        files[f"datasets/{other}.yaml"] = MINIMAL["datasets"].replace("Digits", f"Digits {other}")
    rows = rows_of(tmp_path, files)
    assert [(r["dataset_id"], r["position"], r["derived_from_id"]) for r in rows["dataset_derived_from"]] == [("example", 1, "b"), ("example", 2, "c")]
    assert [(r["id"], r["key"], r["items"], r["labels_public"]) for r in rows["dataset_splits"]] == [
        ("example.train", "train", 5.0, 1), ("example.test", "test", None, None)]
    assert [(r["id"], r["position"], r["text"], r["date_from"]) for r in rows["dataset_known_issues"]] == [
        ("example.1", 1, "Blurred.", None), ("example.2", 2, "Doubled.", "2012-01-01")]
    (row,) = [r for r in rows["datasets"] if r["id"] == "example"]
    assert (row["modality"], row["languages"], row["is_synthetic"], row["class_names"], row["name_ru"]) == ('["image"]', '["en", "ru"]', 0, None, "Цифры")
    assert rows["names"] == [{"ref": "datasets/example", "language": "ru", "value": "Цифры"}]
    assert rows["aliases"] == [{"ref": "datasets/example", "position": 1, "value": "Numbers"}]
    assert rows["identifiers"] == [{"ref": "datasets/example", "scheme": "wikidata", "value": "Q5"}]


def test_results_have_short_keys_and_a_row_for_each_score(tmp_path):
    text = (
        "name: B\nmetrics:\n  m: {name: M, direction: higher}\n  loss: {name: Loss, direction: lower}\ntables:\n- columns: [m, loss]\n  date: 2016\n  results:\n"
        "    r: {system: R, scores: [94.5, null], errors: [0.5, null], rank: 1, ensemble: true}\n- columns: [loss]\n  track: other\n  results:\n"
        "    s: {system: S, by: Team, scores: ['<5']}\n" + CITED)
    achievement = MINIMAL["achievements"].replace("comparison: record", "comparison: record\nresult: benchmarks/b#results.s")
    rows = rows_of(tmp_path, {"benchmarks/b.yaml": text, "sources/paper.yaml": MINIMAL["sources"], "achievements/a.yaml": achievement})
    assert [(r["id"], r["benchmark_table_id"], r["benchmark_id"], r["key"], r["rank"], r["ensemble"], r["by_whom"]) for r in rows["results"]] == [
        ("b.r", "b.1", "b", "r", 1, 1, None), ("b.s", "b.2", "b", "s", None, None, "Team")]
    assert rows["scores"] == [
        {"result_id": "b.r", "metric": "m", "metric_id": "b.m", "value": 94.5, "value_text": "94.5", "error": 0.5},
        {"result_id": "b.s", "metric": "loss", "metric_id": "b.loss", "value": None, "value_text": "<5", "error": None}]
    assert [r["result_id"] for r in rows["achievements"]] == ["b.s"]
    assert [r["track"] for r in rows["benchmark_tables"]] == ["main", "other"]


def test_single_part_lies_in_the_row_of_its_owner(tmp_path):
    files = minimal("achievements", "contest: {opponent: Garry Kasparov, won: 2, lost: 1, drawn: 3, people: [k]}\n") | {
        "people/k.yaml": MINIMAL["people"], "achievements/other.yaml": MINIMAL["achievements"].replace("reads", "writes")}
    rows = rows_of(tmp_path, files)
    assert [(r["id"], r["contest_opponent"], r["contest_won"], r["contest_drawn"]) for r in rows["achievements"]] == [
        ("example", "Garry Kasparov", 2.0, 3.0), ("other", None, None, None)]
    assert [(r["achievement_id"], r["person_id"]) for r in rows["achievement_contest_people"]] == [("example", "k")]


def test_tombstones_and_relations_have_rows(tmp_path):
    rows = rows_of(tmp_path, {
        "topics/vision.yaml": "name: Vision\nformer_ids: [sight]\n", "topics/x.yaml": "name: X\nparent: vision\nrelated: [topics/vision]\n",
        "topics/gone.yaml": "removed: {date: 2026-01-05, reason: Twice, replaced_by: topics/x}\n"})
    assert rows["tombstones"] == [{"ref": "topics/gone", "date": "2026-01-05", "reason": "Twice", "replaced_by": "topics/x"}]
    assert rows["relations"] == [
        {"id": 1, "record": "topics/x", "path": "parent", "target": "topics/vision"}, {"id": 2, "record": "topics/x", "path": "related.1", "target": "topics/vision"}]
    assert rows["former_ids"] == [{"ref": "topics/vision", "position": 1, "value": "sight"}]
    assert rows["related"] == [{"ref": "topics/x", "position": 1, "other_ref": "topics/vision"}]


def test_rows_name_only_columns_of_their_table(tmp_path):
    files: dict[str, str] = {}
    for name in all_kinds():
        files |= minimal(name, "names: {ru: Имя}\naliases: [Other]\nlinks: [{kind: home, url: 'https://example.org/'}]\nfacts: [{name: w, value: 5, source: paper}]\n"
                               "examples: [{input: a, source: paper}]\ntimings: [{workload: w, duration_s: 5, source: paper}]\n")
    checked = check_files(tmp_path, files)
    rows = make_rows(checked.catalog, checked.claims, str(tmp_path / "data"))
    assert len(rows["timings"]) == len(rows["facts"]) == len(all_kinds())
    for name, its in rows.items():
        assert {c for row in its for c in row} <= {c.name for c in metadata.tables[name].columns}, name


@pytest.mark.parametrize(("text", "folded"), [
    ("Ёлка", "елка"), ("ЁЖ", "еж"), ("Йод", "йод"), ("Résumé", "resume"), ("Łódź", "łodz"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("ﬁne", "fine"), ("I", "i"),
    ("ёй", "ей"), ("x²", "x2"), ("", "")])
def test_fold_makes_spellings_equal(text, folded):
    assert fold(text) == folded == fold(folded)


def test_strict_tables_refuse_what_is_no_number(db):
    db.execute("SAVEPOINT x")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO claims (id, record, path, value_text, value, role, explicit) VALUES (1, 'a', 'b', 'c', 'five', 'accepted', 1)")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO claims (id, record, path, value_text, value, role, explicit) VALUES (1, 'a', 'b', 'c', 5, 'asserted', 1)")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO claims (id, record, path, value_text, value, role, explicit) VALUES (1, 'a', 'b', 'c', 5, 'accepted', 2)")
    db.execute("ROLLBACK TO x")
