"""The command, the switching of finished exports, the manifest, and that the same file gives the same bytes."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from export_hostile import build_hostile
from typer.testing import CliRunner, Result

from catalog.cli import app
from catalog.export import Format, all_formats, find_format, publish
from catalog.export.publish import MANIFEST, RefusesToReplace, write_all, write_export
from catalog.export.source import open_source

FORMATS = [
    "atom", "bibtex", "croissant", "csl-json", "csv", "datapackage", "json", "markdown", "parquet", "postgres", "ris", "schema-org", "sqlite", "xlsx"]


def run(*arguments: object, cwd: Path) -> Result:
    """Run the command in this process, which spares the imports; whole processes are tested where they are killed."""
    with contextlib.chdir(cwd):
        return CliRunner().invoke(app, [*map(str, arguments)])


def content(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def beside(target: Path) -> list[str]:
    return sorted(f.name for f in target.parent.iterdir() if f.name.startswith("."))


def test_formats_are_listed(tmp_path: Path):
    done = run("export", cwd=tmp_path)
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*FORMATS, "all"]
    assert list(json.loads(run("export", "--json", cwd=tmp_path).stdout)) == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_same_file_gives_same_bytes(tmp_path: Path, name: str):
    with open_source(build_hostile(tmp_path)) as source:
        first = write_export(source, find_format(name), tmp_path / "first")
    time.sleep(0.01)
    with open_source(tmp_path / "hostile.db") as source:
        second = write_export(source, find_format(name), tmp_path / "second")
    if first.is_dir():
        assert content(first) == content(second)
        assert len(content(first)) > 1
    else:
        assert first.read_bytes() == second.read_bytes()


def test_manifest_names_every_file(exported: Path, catalog_file: Path):
    manifest = json.loads((exported / MANIFEST).read_text(encoding="utf-8"))
    files = content(exported)
    del files[MANIFEST]
    assert manifest["files"].keys() == files.keys()
    for name, about in manifest["files"].items():
        assert (about["sha256"], about["bytes"]) == (hashlib.sha256(files[name]).hexdigest(), len(files[name]))
    with open_source(catalog_file) as source:
        assert (manifest["content_digest"], manifest["schema_revision"]) == (source.meta["content_digest"], source.meta["schema_revision"])
        for table in ("claims", "timeline"):
            assert manifest["files"][f"csv/{table}.csv"]["rows"] == source.count(table)
    assert {name.partition("/")[0] for name in files} == {f.file_name or f.name for f in all_formats().values()}


def test_second_export_replaces_the_first(tmp_path: Path):
    file = build_hostile(tmp_path)
    for _ in range(2):
        done = run("export", "csv", "--file", file, "--output", tmp_path / "out", cwd=tmp_path)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout == f"csv -> {tmp_path / 'out'}\n"
    assert (tmp_path / "out" / "records.csv").is_file()
    assert beside(tmp_path / "out") == []


def test_folder_of_somebody_else_is_left_alone(tmp_path: Path):
    file = build_hostile(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    done = run("export", "csv", "--file", file, "--output", tmp_path / "mine", cwd=tmp_path)
    assert done.exit_code == 2
    assert done.stderr == f"{tmp_path / 'mine'} holds something that is no export of the catalog; name another folder with --output\n"
    assert content(tmp_path / "mine") == {"thesis.txt": b"years of work"}


def test_file_goes_into_a_folder_that_is_there(tmp_path: Path):
    file = build_hostile(tmp_path)
    (tmp_path / "mine").mkdir()
    assert run("export", "ris", "--file", file, "--output", tmp_path / "mine", cwd=tmp_path).exit_code == 0
    assert [f.name for f in (tmp_path / "mine").iterdir()] == ["sources.ris"]


@pytest.mark.parametrize(("arguments", "code", "message"), [
    (["export", "csvs", "--file", "hostile.db"], 2, "there is no format 'csvs': did you mean 'csv'?"),
    (["export", "csv", "--file", "none.db"], 3, "there is no catalog file none.db"),
    (["export", "csv"], 3, "there is no catalog file build/catalog.db"),
])
def test_wrong_use_says_what_to_do(tmp_path: Path, arguments: list[str], code: int, message: str):
    build_hostile(tmp_path)
    done = run(*arguments, cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith(message)


@pytest.mark.parametrize("is_folder", [True, False])
def test_failed_export_leaves_the_old_one(tmp_path: Path, is_folder: bool):
    def fail(source, place):
        (place / "half.csv" if is_folder else place).write_text("half")
        raise OSError("disk full")

    real = find_format("csv" if is_folder else "ris")
    with open_source(build_hostile(tmp_path)) as source:
        target = write_export(source, real, tmp_path / "out")
        before = content(target) if is_folder else target.read_bytes()
        with pytest.raises(OSError, match="disk full"):
            write_export(source, Format(real.name, "", fail, real.file_name), tmp_path / "out")
    assert (content(target) if is_folder else target.read_bytes()) == before
    assert beside(target) == []


def test_killed_export_leaves_the_old_one_and_the_next_clears_up(tmp_path: Path):
    file = build_hostile(tmp_path)
    script = (
        "import sys, time; from pathlib import Path; from catalog.export import Format; from catalog.export.publish import write_export\n"
        "from catalog.export.source import open_source\n"
        "def write(source, folder):\n    (folder / 'half.csv').write_text('half'); print('half', flush=True); time.sleep(60)\n"
        "with open_source(Path(sys.argv[1])) as source: write_export(source, Format('csv', '', write), Path(sys.argv[2]))\n")
    with open_source(file) as source:
        target = write_export(source, find_format("csv"), tmp_path / "out")
        before = content(target)
        process = subprocess.Popen([sys.executable, "-c", script, str(file), str(target)], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        process.stdout.close()
        assert content(target) == before
        assert beside(target) == [f".out.new-{process.pid}"]
        write_export(source, find_format("csv"), target)
    assert content(target) == before
    assert beside(target) == []


def test_folders_are_switched_where_the_system_cannot_exchange_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(publish, "_exchange", lambda a, b: False)
    with open_source(build_hostile(tmp_path)) as source:
        for _ in range(2):
            target = write_export(source, find_format("csv"), tmp_path / "out")
        os.replace(target, tmp_path / ".out.old-999999999")  # killed between the two renames
        publish._recover(target)
    assert (target / "records.csv").is_file()
    assert beside(target) == []


def test_reader_never_finds_the_folder_missing(tmp_path: Path):
    """While exports follow each other, somebody who looks always finds a whole one."""
    with open_source(build_hostile(tmp_path)) as source:
        target = write_export(source, find_format("csv"), tmp_path / "out")
        watcher = subprocess.Popen(
            [sys.executable, "-c", "import sys, os\nwhile not os.path.exists(sys.argv[2]):\n    open(sys.argv[1]).close()", str(target / MANIFEST), str(tmp_path / "stop")],
            stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(15):
                write_export(source, find_format("csv"), target)
        finally:
            (tmp_path / "stop").touch()
            assert watcher.communicate(timeout=20)[1] == ""
    assert watcher.returncode == 0


def test_all_refuses_a_folder_of_somebody_else(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text("[1]")
    with open_source(build_hostile(tmp_path)) as source, pytest.raises(RefusesToReplace):
        write_all(source, {"csv": find_format("csv")}, tmp_path / "mine")


def test_missing_package_is_named(tmp_path: Path):
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'pyarrow' else real(name, *a)\n"
        "sys.argv = ['catalog', 'export', 'parquet']\nfrom catalog.cli import main\nmain()")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "the format parquet needs the package pyarrow; install it with: pip install 'deep-learning-catalog[export]'\n"
