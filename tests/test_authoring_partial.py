"""Checking some files says of them what checking everything says; the index is never trusted further than it can be."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from factories import TODAY, write_data
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.authoring import index as index_module
from catalog.authoring.affected import select_affected
from catalog.authoring.partial import RULES_RUN, Partial, check_some
from catalog.check import check_data
from catalog.problems import Problem
from catalog.report import all_rules
from catalog.rules import all_checks, examples

REAL = Path(__file__).resolve().parent.parent / "data"
RULES = all_rules()


def partial(data: Path, *paths: str | Path) -> Partial | None:
    return check_some(data, [data / p for p in paths], data.parent / "cache", today=TODAY, fewest=0)


def assert_same(data: Path, *paths: str | Path) -> Partial | None:
    """Check files by themselves and with everything, and compare; return what the partial check found."""
    some = partial(data, *paths)
    if some is None:
        return None
    own, elsewhere = select_affected(check_data(data, today=TODAY), [data / p for p in paths])

    def judged(problems: list[Problem]) -> list[Problem]:
        return [p for p in problems if p.rule not in some.not_run]

    assert some.own == judged(own)
    if not some.referring:
        assert some.elsewhere == judged(elsewhere)
    return some


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.bad], ids=lambda rule: rule.id)
def test_every_example_is_judged_alike_in_part_and_as_a_whole(rule, tmp_path: Path):
    data = write_data(tmp_path, rule.bad)
    for file in sorted(data.rglob("*.yaml")):
        assert_same(data, file)


def test_rules_run_exist_and_the_others_are_named(tmp_path: Path):
    assert set(all_checks()) >= RULES_RUN
    some = partial(write_data(tmp_path, {"topics/a.yaml": "name: A\n"}), "topics/a.yaml")
    assert set(some.not_run) == set(all_checks()) - RULES_RUN
    assert some.describe().split("\n")[0] == "of them 1 named and 0 they depend on; not run here: " + ", ".join(sorted(set(all_checks()) - RULES_RUN))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real data with its index."""
    data = tmp_path_factory.mktemp("partial") / "data"
    shutil.copytree(REAL, data)
    assert partial(data, next(f for f in data.rglob("*.yaml") if f.name != "exceptions.yaml")) is not None
    return data


FILES = sorted(str(f.relative_to(REAL)) for f in REAL.rglob("*.yaml") if f.name != "exceptions.yaml")
# Where most can go wrong: records that others are judged by, and those that are judged.
JUDGED = [f for f in FILES if f.split("/")[0] in ("achievements", "human_baselines", "benchmarks", "competitions", "hardware", "topics", "methods")]


def mutate(text: str, kind: str, data: Path, choice: random.Random) -> str:
    """Return a text with one mistake or change of the sorts that contributors make."""
    lines = text.split("\n")
    other = choice.choice(FILES)
    other_text = (data / other).read_text(encoding="utf-8")
    same_kind = choice.choice([f for f in FILES if f.startswith(kind + "/")])
    same_text = (data / same_kind).read_text(encoding="utf-8")
    name = re.search(r"^(?:name|title): (.*)$", same_text, re.M)
    sort = choice.randrange(9)
    if sort == 0:  # a reference, or another word, becomes the id of some record
        words = list(re.finditer(r"[a-z0-9]+(?:-[a-z0-9]+)+", text))
        if words:
            word = choice.choice(words)
            return text[:word.start()] + Path(choice.choice([other, same_kind])).stem + text[word.end():]
    if sort == 1 and name:  # a name that is taken
        return re.sub(r"^(name|title): .*$", lambda m: f"{m[1]}: {name[1]}", text, count=1, flags=re.M)
    if sort == 2 and name:
        return f"aliases: [{name[1]}]\n" + re.sub(r"^aliases: .*\n", "", text, flags=re.M)
    if sort == 3:
        identifiers = re.search(r"^identifiers: .*$", same_text + "\n" + other_text, re.M)
        return re.sub(r"^identifiers: .*\n", "", text, flags=re.M) + (identifiers.group() + "\n" if identifiers else "")
    if sort == 4:
        return f"former_ids: [{Path(same_kind).stem}]\n" + re.sub(r"^former_ids: .*\n", "", text, flags=re.M)
    if sort == 5:  # another number or date
        numbers = list(re.finditer(r"\b[0-9]+\b", text))
        if numbers:
            number = choice.choice(numbers)
            return text[:number.start()] + str(choice.choice([0, 1, 7, 99, 1850, 2031, 10**6])) + text[number.end():]
    if sort == 6:
        return "removed: {date: 2026-01-05, reason: Twice, replaced_by: " + other.split("/")[0] + "/" + Path(other).stem + "}\n"
    if sort == 7:
        del lines[choice.randrange(len(lines))]
        return "\n".join(lines)
    at = choice.randrange(len(text))
    return text[:at] + choice.choice("abc019 -:#,'\"[]{}\n") + text[at + choice.randrange(2):]


def check_mutation(copy: Path, path: str, seed: int) -> None:
    file = copy / path
    before = file.read_bytes()
    try:
        file.write_text(mutate(before.decode("utf-8"), path.split("/")[0], copy, random.Random(seed)), encoding="utf-8")
        assert_same(copy, path)
    finally:
        file.write_bytes(before)


COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}


@settings(max_examples=8, derandomize=True, phases=[Phase.generate], **COMMON)
@given(path=st.sampled_from(JUDGED) | st.sampled_from(FILES), seed=st.integers(0, 2**32))
def test_a_changed_record_is_judged_alike_in_part_and_as_a_whole(copy: Path, path: str, seed: int):
    check_mutation(copy, path, seed)


@pytest.mark.slow
@settings(max_examples=400, **COMMON)
@given(path=st.sampled_from(JUDGED) | st.sampled_from(FILES), seed=st.integers(0, 2**32))
def test_many_changed_records_are_judged_alike(copy: Path, path: str, seed: int):
    check_mutation(copy, path, seed)


def test_some_real_records_are_judged_alike(copy: Path):
    assert_same(copy, *random.Random(7).sample(FILES, 30))


# the index

TWO = {"topics/a.yaml": "name: Vision\n", "topics/b.yaml": "name: Sight\nparent: a\n"}


def rules_of(some: Partial | None) -> list[str]:
    assert some is not None
    return [f"{Path(p.path).name}: {p.rule}" for p in [*some.own, *some.elsewhere] if p.severity == "error"]


def test_changes_elsewhere_are_seen(tmp_path: Path):
    data = write_data(tmp_path, TWO)
    assert rules_of(partial(data, "topics/b.yaml")) == []
    (data / "topics/a.yaml").rename(data / "topics/c.yaml")
    assert rules_of(partial(data, "topics/b.yaml")) == ["b.yaml: unknown-reference"]
    (data / "topics/c.yaml").write_text("name: Vision\nformer_ids: [a]\n")
    assert rules_of(partial(data, "topics/b.yaml")) == ["b.yaml: renamed-reference"]
    assert rules_of(partial(data, "topics/c.yaml")) == ["b.yaml: renamed-reference"]
    (data / "topics/d.yaml").write_text("name: SIGHT\n")
    (data / "topics/c.yaml").rename(data / "topics/a.yaml")
    assert rules_of(partial(data, "topics/d.yaml")) == ["a.yaml: former-id", "d.yaml: same-name"] or rules_of(partial(data, "topics/d.yaml")) == ["d.yaml: same-name"]
    (data / "topics/a.yaml").unlink()
    assert rules_of(partial(data, "topics/b.yaml")) == ["b.yaml: unknown-reference"]


def test_a_change_that_keeps_size_and_time_is_seen(tmp_path: Path):
    data = write_data(tmp_path, TWO)
    file = data / "topics/a.yaml"
    assert rules_of(partial(data, "topics/b.yaml")) == []
    times = file.stat()
    file.write_text("name: Sight \n"[:len("name: Vision\n") - 1] + "\n")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert file.stat().st_size != 0
    assert rules_of(partial(data, "topics/b.yaml")) == ["b.yaml: same-name"]


@pytest.mark.parametrize("harm", ["garbage", "truncated", "empty", "no seal", "a row is gone", "no table", "folder"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, harm: str):
    data = write_data(tmp_path, TWO)
    assert partial(data, "topics/b.yaml") is not None
    file = tmp_path / "cache/check.sqlite3"
    content = file.read_bytes()
    if harm == "garbage":
        file.write_bytes(b"x" * len(content))
    elif harm == "truncated":
        file.write_bytes(content[: len(content) // 2])
    elif harm == "empty":
        file.write_bytes(b"")
    elif harm == "folder":
        file.unlink()
        file.mkdir()
        assert partial(data, "topics/b.yaml") is None  # the whole check runs instead
        return
    elif harm == "no seal":
        (tmp_path / "cache/check.seal").unlink()
    else:
        with sqlite3.connect(file) as db:
            db.execute("DELETE FROM links" if harm == "a row is gone" else "DROP TABLE keys")
        db.close()
    (data / "topics/a.yaml").write_text("name: Sight\n")
    assert rules_of(partial(data, "topics/a.yaml")) == ["b.yaml: same-name"]
    assert rules_of(partial(data, "topics/b.yaml")) == ["b.yaml: same-name"]


def test_other_code_makes_another_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = write_data(tmp_path, TWO)
    partial(data, "topics/b.yaml")
    read = []
    monkeypatch.setattr(index_module, "_facts", lambda *_: read.append(1) or (set(), set()))
    seal = (tmp_path / "cache/check.seal").read_text()
    for code in ("newer", "newer"):
        monkeypatch.setattr(index_module, "_code_digest", lambda code=code: code)
        monkeypatch.setattr(index_module, "_SETTLED_NS", -(10**12))
        partial(data, "topics/b.yaml")
    assert len(read) == len(TWO)
    assert (tmp_path / "cache/check.seal").read_text() != seal


@pytest.mark.parametrize("files", [
    {**TWO, "topics/more/a.yaml": "name: Third\n"},  # two files of one id
    {"topics/a.yaml": "name: A\nparent: b\n", "topics/b.yaml": "name: B\nparent: a\n"},  # a circle
])
def test_what_takes_all_records_is_left_to_the_whole_check(tmp_path: Path, files: dict[str, str]):
    assert partial(write_data(tmp_path, files), "topics/b.yaml") is None


def test_folders_many_files_and_strangers_are_left_to_the_whole_check(tmp_path: Path):
    data = write_data(tmp_path, {**TWO, "exceptions.yaml": "a: 1\n", "topics/Bad.yaml": "name: C\n", **{f"topics/t{i}.yaml": f"name: T{i}\n" for i in range(60)}})
    assert partial(data, "topics") is None
    assert partial(data, "exceptions.yaml") is None
    assert partial(data, "topics/Bad.yaml") is None
    assert partial(data, *[f"topics/t{i}.yaml" for i in range(60)]) is None
    assert check_some(data, [data / "topics/a.yaml"], tmp_path / "cache", fewest=500) is None


def test_a_record_with_many_referring_says_so(tmp_path: Path):
    data = write_data(tmp_path, {"topics/a.yaml": "name: Vision\n", **{f"topics/t{i}.yaml": f"name: T{i}\nparent: a\n" for i in range(60)}})
    some = assert_same(data, "topics/a.yaml")
    assert some.referring == 60 and "number-in-prose" in some.not_run
    assert "60 records refer to them and were not looked at" in some.describe()


def test_cells_and_metrics_of_benchmarks_are_resolved(tmp_path: Path):
    files = examples.files(
        benchmarks__digits=examples.benchmark(examples.table("alpha: {system: Alpha, scores: [99.7]}")), human_baselines__digits=examples.baseline(),
        achievements__a=examples.achievement("result: benchmarks/digits#results.beta\nhuman_baseline: digits\nmetric: accuracy\n"))
    data = write_data(tmp_path, files)
    assert rules_of(assert_same(data, "achievements/a.yaml")) == ["a.yaml: unknown-item"]
    assert rules_of(assert_same(data, "benchmarks/digits.yaml")) == ["a.yaml: unknown-item"]
    assert rules_of(assert_same(data, "sources/paper.yaml")) == []


@pytest.mark.slow
def test_one_file_of_ten_thousand_is_checked_in_a_moment(tmp_path: Path):
    data = write_data(tmp_path, {f"topics/t{i}.yaml": f"name: Topic {i}\nparent: t{i // 10}\n" for i in range(1, 10_000)} | {"topics/t0.yaml": "name: Root\n"})
    old = time.time() - 60
    for file in data.rglob("*.yaml"):
        os.utime(file, (old, old))
    time.sleep(2.5)  # the index trusts a file only when it has not changed for two seconds
    partial(data, "topics/t77.yaml")
    begin = time.process_time()
    some = partial(data, "topics/t78.yaml")
    assert time.process_time() - begin < 0.5
    assert some.given == 1 and len(some.documents) < 30
