"""The command line as a person meets it: what it prints, and its exit codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOG = Path(sys.executable).with_name("catalog")


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(CATALOG), *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


SMALL = {
    "sources/netzer-2011-digits.yaml": "type: paper\ntitle: Reading Digits\ndate: 2011\n",
    "topics/digit-recognition.yaml": "name: Digit recognition\nnames: {ru: Распознавание цифр}\n",
    "datasets/svhn.yaml": (
        "name: SVHN\nnames: {ru: Номера домов}\nsummary: Digits of house numbers.\ntopics: [digit-recognition]\nmodality: [image]\n"
        "classes: 10\nsources:\n- {source: netzer-2011-digits, default: true}\n"
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("catalog"), SMALL)
    done = run("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_help_names_every_command_with_an_example():
    names = [line.split()[0] for line in run("--help").stdout.split("Commands:")[1].splitlines() if line.startswith("  ") and line[2].isalpha()]
    commands = [n for n in names if n.islower() and n not in ("yet,",)]
    assert {"check", "build", "serve", "search", "show", "stats", "explain"} <= set(commands)
    for command in ("check", "build", "serve", "search", "show", "stats", "explain"):
        shown = run(command, "--help")
        assert shown.returncode == 0
        assert "Example: catalog " + command in shown.stdout


def test_help_imports_nothing_heavy():
    code = "import sys; sys.argv = ['catalog', '--help']\ntry:\n    from catalog.cli import main; main()\nexcept SystemExit: pass\nprint(sorted({m.split('.')[0] for m in sys.modules} & {'sqlmodel', 'pydantic', 'yaml', 'alembic', 'sqlalchemy', 'datasette', 'pandas', 'rich'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_clean_data_passes(built: Path):
    done = run("check", cwd=built)
    assert (done.returncode, done.stdout) == (0, done.stdout)
    assert "error" not in done.stdout


def test_problem_has_place_line_caret_reason_and_fix(tmp_path: Path):
    write(tmp_path, {**SMALL, "datasets/x.yaml": "name: X\nmodality: [picture]\n"})
    done = run("check", "data/datasets/x.yaml", cwd=tmp_path)
    assert done.returncode == 1
    first = done.stdout.split("\n\n")[0].splitlines()
    assert first == [
        "data/datasets/x.yaml:2:12: error: modality.1: 'picture' is none of the allowed values [not-allowed]",
        "  | modality: [picture]",
        "  |            ^",
        "  why: Only known values can be filtered and translated.",
        "  fix: allowed are image, video, audio, speech, text, code, tabular, graph, 3d, time-series, sensor, game, molecule, medical, multimodal",
    ]


def test_paths_limit_what_is_shown(tmp_path: Path):
    write(tmp_path, {**SMALL, "datasets/x.yaml": "name: X\nmodality: [picture]\n", "topics/y.yaml": "nam: Y\n"})
    shown = json.loads(run("check", "data/topics", "--format", "json", cwd=tmp_path).stdout)
    assert {p["path"] for p in shown} == {"data/topics/y.yaml"}


def test_github_annotations(tmp_path: Path):
    write(tmp_path, {**SMALL, "topics/y.yaml": "name: Y\nsumary: text\n"})
    done = run("check", "data/topics/y.yaml", "--format", "github", cwd=tmp_path)
    assert any(
        line.startswith("::error file=data/topics/y.yaml,line=2,col=1,title=unknown-field::a topic has no field 'sumary'%0Awhy: ")
        for line in done.stdout.splitlines())


def test_no_data_folder_says_what_to_do(tmp_path: Path):
    done = run("check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "there is no data folder data\nRun the command where the folder data/ is, or name it with --data.\n"


def test_no_record_is_no_success(tmp_path: Path):
    (tmp_path / "data").mkdir()
    done = run("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "no record" in done.stderr


def test_missing_path_is_wrong_use(built: Path):
    done = run("check", "data/datasets/nothing.yaml", cwd=built)
    assert (done.returncode, done.stderr) == (2, "there is no file or folder data/datasets/nothing.yaml\n")


def test_failing_data_builds_nothing(tmp_path: Path):
    write(tmp_path, {**SMALL, "datasets/x.yaml": "name: X\n"})
    done = run("build", cwd=tmp_path)
    assert done.returncode == 1
    assert "Nothing was built" in done.stderr
    assert not (tmp_path / "build").exists()


def test_output_writes_one_file(tmp_path: Path):
    write(tmp_path, SMALL)
    done = run("build", "--output", "out/catalog.db", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["catalog.db"]
    assert run("stats", "--file", "out/catalog.db", cwd=tmp_path).returncode == 0


def test_show_prints_values_with_their_sources(built: Path):
    done = run("show", "datasets/svhn", cwd=built)
    assert done.returncode == 0
    assert "SVHN · Номера домов" in done.stdout
    assert "classes: 10\n    netzer-2011-digits\n" in done.stdout
    assert "topics/digit-recognition  Digit recognition" in done.stdout


def test_show_json_holds_document_claims_and_relations(built: Path):
    found = json.loads(run("show", "datasets/svhn", "--json", cwd=built).stdout)
    assert found["document"]["classes"] == 10
    assert [(c["path"], c["source"], c["role"], c["explicit"]) for c in found["claims"]] == [("classes", "netzer-2011-digits", "accepted", 0)]
    assert {r["ref"] for r in found["relations"]["to"]} == {"sources/netzer-2011-digits", "topics/digit-recognition"}


def test_show_of_an_unknown_record_names_near_ones(built: Path):
    done = run("show", "datasets/svnh", cwd=built)
    assert (done.returncode, done.stderr) == (1, "there is no record 'datasets/svnh'; did you mean datasets/svhn?\n")


def test_search_finds_both_languages_and_nothing_for_nonsense(built: Path):
    assert "datasets/svhn" in run("search", "house", "numbers", cwd=built).stdout
    assert "topics/digit-recognition" in run("search", "распознавание", cwd=built).stdout
    nothing = run("search", "qwxzkj", cwd=built)
    assert (nothing.returncode, "Nothing found" in nothing.stdout) == (1, True)


def test_commands_without_a_build_say_so(tmp_path: Path):
    for command in (["stats"], ["show", "a/b"], ["search", "x"], ["serve"]):
        done = run(*command, cwd=tmp_path)
        assert (done.returncode, done.stderr.splitlines()[-1]) == (3, "Run `catalog build` first, or name a file with --file.")


def test_explain_shows_both_examples():
    done = run("explain", "quote-it")
    assert "Bad:" in done.stdout and "Good:" in done.stdout and "aliases: [no, 2012, 1.10]" in done.stdout


def test_explain_of_an_unknown_rule_names_the_nearest():
    done = run("explain", "quote-at")
    assert done.returncode == 2
    assert done.stderr.startswith("there is no rule 'quote-at': did you mean 'quote-it'?")


def test_closed_pipe_ends_quietly():
    done = subprocess.run(f"{CATALOG} explain | head -1", shell=True, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stderr == ""


def test_what_is_left_to_write_into_a_closed_pipe_is_not_told_of():
    """Typer ends with what could not be written still in the buffer, now and then; Python tells of that when it ends itself."""
    code = ("import io, sys; from catalog import cli\n"
            "def app():\n    sys.stdout.write('x' * 100); sys.stdout = io.StringIO(); sys.exit(1)  # as Click does: nothing to flush\n"
            "sys.stdin.read(); cli.app = app; cli.main()")
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
                               env={k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"})  # with it nothing is ever left over
    process.stdout.close()
    process.stdin.close()
    said = process.stderr.read()
    assert (process.wait(timeout=60), said) == (0, "")
    process.stderr.close()


def test_commands_work_away_from_the_checkout(built: Path, tmp_path: Path):
    shutil.copytree(built / "data", tmp_path / "elsewhere")
    done = run("check", "--data", "elsewhere", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_module_can_be_run_where_the_script_is_not_on_the_path():
    by_module = subprocess.run([sys.executable, "-m", "catalog", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert by_module.returncode == 0 and "check" in by_module.stdout
