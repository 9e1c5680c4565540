"""History of the records from git: `build/history.db`, `catalog log`, `catalog build --as-of`."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from review_repository import DATASET, RECORDS, Repository, run

from catalog.review.as_of import NoSuchDate, commit_at, parse_moment
from catalog.review.history import NoHistory, read_history
from catalog.review.history_file import open_history, write_history
from catalog.review.log import UnknownRecord, log_of, log_text
from catalog.review.repository import find_repository

DAYS = [f"2026-11-{day:02}T12:00:00+00:00" for day in range(1, 20)]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "checkout")
    made.commit("Begin", RECORDS, date=DAYS[0])
    return made


def touches(repository: Repository, ref: str) -> list[tuple[str, str, str]]:
    """Return day, action and subject of each commit of a record, newest first."""
    return [(t.commit.date[:10], t.action, t.commit.subject) for t in read_history(repository.data).records[ref]]


def test_record_is_added_and_changed(repository: Repository):
    repository.commit("Mend", {"datasets/svhn.yaml": DATASET.replace("26032", "26033")}, date=DAYS[1])
    repository.commit("Elsewhere", {"topics/digits.yaml": "name: Numbers\n"}, date=DAYS[2])
    assert touches(repository, "datasets/svhn") == [("2026-11-02", "changed", "Mend"), ("2026-11-01", "added", "Begin")]


def test_file_that_moves_between_folders_is_followed(repository: Repository):
    repository.commit("Sort", {"datasets/svhn.yaml": None, "datasets/2011/svhn.yaml": DATASET}, date=DAYS[1])
    assert [action for _, action, _ in touches(repository, "datasets/svhn")] == ["moved", "added"]


def test_renamed_file_is_followed_by_likeness(repository: Repository):
    repository.commit("Rename", {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": DATASET}, date=DAYS[1])
    repository.commit("Mend", {"datasets/house-numbers.yaml": DATASET.replace("26032", "26033")}, date=DAYS[2])
    history = read_history(repository.data)
    assert [(t.action, t.old_ref) for t in history.records["datasets/house-numbers"]] == [("changed", None), ("renamed", "datasets/svhn"), ("added", None)]
    assert "datasets/svhn" not in history.records
    assert history.renamed == {"datasets/svhn": "datasets/house-numbers"}


def test_former_ids_are_followed_where_git_sees_no_likeness(repository: Repository):
    other = "name: House numbers\nformer_ids: [svhn]\nsummary: Written anew from the first word to the last, so that no line is left.\nmodality: [image]\n"
    repository.commit("Rename and write anew", {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": other}, date=DAYS[1])
    assert touches(repository, "datasets/house-numbers") == [("2026-11-02", "renamed", "Rename and write anew"), ("2026-11-01", "added", "Begin")]


def test_other_record_of_another_kind_is_not_followed(repository: Repository):
    repository.commit("Replace", {"datasets/svhn.yaml": None, "models/svhn.yaml": DATASET}, date=DAYS[1])
    assert touches(repository, "models/svhn") == [("2026-11-02", "added", "Replace")]
    assert touches(repository, "datasets/svhn") == [("2026-11-02", "deleted", "Replace"), ("2026-11-01", "added", "Begin")]


def test_both_sides_of_a_merge_are_seen(repository: Repository):
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit("Mend there", {"datasets/svhn.yaml": DATASET.replace("26032", "26033")}, date=DAYS[1])
    repository.git("checkout", "--quiet", "main")
    repository.commit("Mend here", {"datasets/svhn.yaml": DATASET.replace("73257", "73258").replace("73,257", "73,258")}, date=DAYS[2])
    repository.git("merge", "--quiet", "--no-edit", "-X", "ours", "topic", date=DAYS[3])
    assert [subject for _, _, subject in touches(repository, "datasets/svhn")] == ["Mend here", "Mend there", "Begin"]


def test_names_and_subjects_of_any_language_but_no_address(repository: Repository):
    repository.git("config", "user.name", "Ёлка Ли <yolka@example.org>")
    repository.commit("Исправить: \"цифры\"", {"topics/digits.yaml": "name: Digits 2\n", "topics/ёж.yaml": "name: Hedgehog\n"}, date=DAYS[1])
    touch = read_history(repository.data).records["topics/digits"][0]
    assert (touch.author, touch.commit.subject) == ("Ёлка Ли", 'Исправить: "цифры"')
    assert "topics/ёж" in read_history(repository.data).records


def test_settings_of_the_user_change_nothing(repository: Repository):
    for name, value in (("log.showSignature", "true"), ("diff.relative", "true"), ("diff.renames", "false"), ("core.quotePath", "true"), ("log.date", "relative")):
        repository.git("config", name, value)
    repository.commit("Rename", {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": DATASET}, date=DAYS[1])
    assert [a for _, a, _ in touches(repository, "datasets/house-numbers")] == ["renamed", "added"]


def test_file_holds_what_was_read(repository: Repository, tmp_path: Path):
    repository.commit("Rename", {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": DATASET}, date=DAYS[1])
    file = tmp_path / "build" / "history.db"
    history = write_history(repository.data, file)
    assert history == open_history(file) == read_history(repository.data)
    assert [f.name for f in file.parent.iterdir()] == ["history.db"]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT added, changed, commits, exists_now FROM record_history WHERE ref = 'datasets/house-numbers'").fetchall() == [
            (DAYS[0], DAYS[1], 2, 1)]
        columns = {c for table in ("commits", "record_commits", "record_history") for _, c, *_ in db.execute(f"PRAGMA table_info({table})")}
        assert not any("mail" in c for c in columns)
    first = file.read_bytes()
    write_history(repository.data, file)
    assert file.read_bytes() == first


def test_shallow_clone_has_no_history_and_an_old_file_goes(repository: Repository, tmp_path: Path):
    repository.commit("Second", {"topics/digits.yaml": "name: Numbers\n"})
    subprocess.run(["git", "clone", "--quiet", "--depth=1", repository.folder.as_uri(), tmp_path / "shallow"], check=True, capture_output=True)
    file = tmp_path / "history.db"
    file.write_text("old")
    said: list[str] = []
    assert write_history(tmp_path / "shallow" / "data", file, said.append) is None
    assert said == ["the clone is shallow, so older commits are missing (`git fetch --unshallow` fetches them)"]
    assert not file.exists()


def test_no_git_is_said_and_breaks_nothing(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert write_history(repository.data, tmp_path / "history.db", said.append) is None
    assert said == ["git is not installed; revisions and history need it"]


def test_repository_without_commits_has_no_history(tmp_path: Path):
    repository = Repository(tmp_path).write(RECORDS)
    with pytest.raises(NoHistory, match="nothing has been committed yet"):
        read_history(repository.data)


def test_history_of_another_file_is_refused(tmp_path: Path):
    (tmp_path / "history.db").write_text("no database at all, but long enough to be looked at as one")
    with pytest.raises(NoHistory, match="cannot be read as a history"):
        open_history(tmp_path / "history.db")


def test_build_writes_history_beside_the_release(repository: Repository, tmp_path: Path):
    done = run("build", cwd=repository.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(open_history(repository.folder / "build" / "history.db").records) >= {"datasets/svhn", "topics/digits"}
    assert not (repository.folder / "build" / "current" / "history.db").exists()


def test_build_without_git_says_so_and_succeeds(tmp_path: Path):
    for name, text in RECORDS.items():
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = run("build", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (done.returncode, done.stderr) == (0, "No history of the records: data stands in no git repository\n")
    assert not (tmp_path / "build" / "history.db").exists()


def test_log_shows_the_commits_of_a_record(repository: Repository):
    repository.commit("Mend the test split", {"datasets/svhn.yaml": DATASET.replace("26032", "26033")}, date=DAYS[4])
    done = run("log", "data/datasets/svhn.yaml", cwd=repository.folder)
    head, _, first, second = done.stdout.splitlines()
    assert (done.returncode, head) == (0, "datasets/svhn: added 2026-11-01, last changed 2026-11-05, 2 commits")
    assert first.startswith("2026-11-05  ") and first.endswith("  changed  Ann Lee  Mend the test split")
    assert second.endswith("  added    Ann Lee  Begin")
    made = json.loads(run("log", "datasets/svhn", "--json", cwd=repository.folder).stdout)
    assert (made["added"], made["changed"], [c["action"] for c in made["commits"]]) == (DAYS[0], DAYS[4], ["changed", "added"])


def test_log_of_a_former_id_leads_on(repository: Repository):
    repository.commit("Rename", {"datasets/svhn.yaml": None, "datasets/house-numbers.yaml": DATASET + "former_ids: [svhn]\n"}, date=DAYS[1])
    shown = log_text(log_of(read_history(repository.data), "datasets/svhn", repository.data))
    assert shown.startswith("datasets/house-numbers (asked as datasets/svhn): added 2026-11-01, last changed 2026-11-02, 2 commits\n")
    assert "Rename (was datasets/svhn)" in shown


def test_log_of_an_unknown_record_helps(repository: Repository):
    repository.write({"topics/new.yaml": "name: New\n"})
    history = read_history(repository.data)
    for words, message in (
        ("datasets/svnh", "no commit knows a record 'datasets/svnh'; did you mean datasets/svhn?"),
        ("topics/new", "topics/new stands in no commit yet: its file is new in the working tree"),
        ("xyz", "no commit knows a record 'xyz'; write kind/id, e.g. datasets/mnist"),
    ):
        with pytest.raises(UnknownRecord) as caught:
            log_of(history, words, repository.data)
        assert str(caught.value) == message


def test_log_falls_back_on_the_file_of_a_build(repository: Repository, tmp_path: Path):
    write_history(repository.data, tmp_path / "build" / "history.db")
    done = run("log", "datasets/svhn", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "datasets/svhn: added 2026-11-01, last changed 2026-11-01, 1 commit")
    assert done.stderr.startswith("from build/history.db, up to ")
    (tmp_path / "build" / "history.db").unlink()
    done = run("log", "datasets/svhn", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert done.returncode == 3
    assert done.stderr.startswith("There is no history: ") and done.stderr.endswith("; and there is no build/history.db\n")


def test_commit_of_a_date_is_the_last_up_to_its_end(repository: Repository):
    second = repository.commit("Second", {"topics/digits.yaml": "name: Numbers\n"}, date=DAYS[4])
    found = find_repository(repository.data)
    assert commit_at(found, "2026-11-05").hash == second
    assert commit_at(found, "2026-11-04").subject == "Begin"
    assert commit_at(found, "2026-11-05T11:59").subject == "Begin"
    assert commit_at(found, "2026-11-05T14:00+02:00").hash == second
    assert commit_at(found, "2030-01-01").hash == second
    with pytest.raises(NoSuchDate, match="^nothing had been committed by 2026-10-31; the first commit is [0-9a-f]{8} of 2026-11-01$"):
        commit_at(found, "2026-10-31")


@pytest.mark.parametrize("text", ["yesterday", "2026", "2026-13-01", "", "1.11.2026"])
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(NoSuchDate, match="is no date: write 2026-11-01"):
        parse_moment(text)


def test_build_as_of_a_date_leaves_the_release_alone(repository: Repository):
    repository.commit("Second", {"topics/digits.yaml": "name: Numbers\nnames: {ru: Числа}\n"}, date=DAYS[4])
    assert run("build", cwd=repository.folder).returncode == 0
    current = (repository.folder / "build" / "current").readlink()
    done = run("build", "--as-of", "2026-11-03", cwd=repository.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("7 records as of commit ") and " of 2026-11-01 (Begin) -> build/catalog-2026-11-03.db (content " in done.stdout
    assert (repository.folder / "build" / "current").readlink() == current
    with closing(sqlite3.connect(repository.folder / "build" / "catalog-2026-11-03.db")) as db:
        assert db.execute("SELECT name FROM topics").fetchall() == [("Digits",)]
        assert db.execute("SELECT path FROM records WHERE ref = 'datasets/svhn'").fetchone() == ("datasets/svhn.yaml",)


def test_build_as_of_a_date_whose_records_do_not_check(repository: Repository):
    repository.commit("Break", {"topics/broken.yaml": "nam: X\n"}, date=DAYS[4])
    repository.commit("Mend", {"topics/broken.yaml": None}, date=DAYS[5])
    done = run("build", "--as-of", "2026-11-05", "--output", "old.db", cwd=repository.folder)
    assert (done.returncode, (repository.folder / "old.db").exists()) == (1, False)
    assert "data/topics/broken.yaml:1:1: error: a topic has no field 'nam' [unknown-field]" in done.stdout
    assert "do not pass the check of today.\n" in done.stderr


def test_build_as_of_before_there_were_records(tmp_path: Path):
    repository = Repository(tmp_path)
    repository.commit("Nothing yet", date=DAYS[0])
    repository.commit("Begin", RECORDS, date=DAYS[2])
    done = run("build", "--as-of", "2026-11-02", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("there were no records in data at 2026-11-02 (commit ")
