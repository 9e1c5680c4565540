"""Completion, help, issue forms, workflows and hooks: what surrounds the review commands."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from review_repository import RECORDS, run

from catalog.cli import app
from catalog.kinds import all_kinds
from catalog.review.issue_forms import FORMS, MADE_BY_PROGRAM
from catalog.review.render_markdown import MARKER

ROOT = Path(__file__).resolve().parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
COMMANDS = {c.name or c.callback.__name__: c for c in app.registered_commands}
REVIEW_COMMANDS = ("build", "diff", "log", "links", "show")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    for name, text in RECORDS.items():
        file = folder / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert run("build", cwd=folder, GIT_CEILING_DIRECTORIES=str(folder.parent)).returncode == 0
    return folder


def complete(words: str, folder: Path) -> tuple[list[str], str]:
    """Return what the shell is offered for the last word of a line, and what was printed on standard error."""
    done = run(cwd=folder, _CATALOG_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1))
    return done.stdout.split(), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_of_each_shell(shell: str, tmp_path: Path):
    done = run("--show-completion", shell, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    marks = {"bash": "complete -o default -F _catalog_completion catalog", "zsh": "#compdef catalog", "fish": "complete --command catalog"}
    assert marks[shell] in done.stdout


def test_completion_is_installed_for_the_shell_named(tmp_path: Path):
    done = run("--install-completion", "bash", cwd=tmp_path, HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "_catalog_completion" in (tmp_path / ".bash_completions" / "catalog.sh").read_text()


@pytest.mark.parametrize(("words", "expected"), [
    ("catalog show d", ["datasets/svhn"]),
    ("catalog show ", ["achievements/", "benchmarks/", "datasets/", "human_baselines/", "sources/", "topics/"]),
    ("catalog show sources/paper-2", ["sources/paper-2019-a", "sources/paper-2020-b"]),
    ("catalog log topics/", ["topics/digits"]),
    ("catalog show %", []),
    ("catalog show zzz", []),
])
def test_references_are_completed_from_the_built_file(built: Path, words: str, expected: list[str]):
    assert complete(words, built) == (expected, "")


def test_completion_takes_the_file_of_the_line(built: Path, tmp_path: Path):
    assert complete(f"catalog show --build {built}/build d", tmp_path) == (["datasets/svhn"], "")
    assert complete(f"catalog show --file {built}/build/catalog.db d", tmp_path) == (["datasets/svhn"], "")


def test_completion_is_silent_on_errors(tmp_path: Path):
    assert complete("catalog show d", tmp_path) == ([], "")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "catalog.db").write_text("no database at all, but long enough to be looked at as one")
    assert complete("catalog show d", tmp_path) == ([], "")


def test_help_lists_each_command_in_one_whole_line(tmp_path: Path):
    shown = run("--help", cwd=tmp_path, COLUMNS="80").stdout
    assert "..." not in shown.partition("Commands:")[2]
    for name, command in COMMANDS.items():
        first = command.callback.__doc__.strip().partition("\n")[0]
        assert len(first) <= 58, f"{name}: {first}"
        assert re.search(rf"^  {name} +{re.escape(first)}$", shown, re.MULTILINE), name


@pytest.mark.parametrize("name", REVIEW_COMMANDS)
def test_examples_of_the_help_can_be_read(name: str, tmp_path: Path):
    shown = run(name, "--help", cwd=tmp_path).stdout
    lines = [line.removeprefix("  Example: ").strip() for line in shown.splitlines() if line.startswith(("  Example: ", "           catalog "))]
    assert lines
    for line in lines:
        words = shlex.split(line)
        assert words[:2] == ["catalog", name]
        assert {w for w in words if w.startswith("--")} <= set(re.findall(r"--[a-z-]+", shown.partition("Example:")[0]))


# issue forms


@pytest.mark.parametrize("name", sorted(FORMS))
def test_issue_form_is_up_to_date(name: str):
    assert (GITHUB / "ISSUE_TEMPLATE" / name).read_text(encoding="utf-8") == FORMS[name](), "run: .venv/bin/python -m catalog.review.issue_forms"


@pytest.mark.parametrize("name", sorted(FORMS))
def test_issue_form_has_the_shape_that_github_reads(name: str):
    form = yaml.safe_load(FORMS[name]())
    assert set(form) == {"name", "description", "title", "labels", "body"}
    ids = [e["id"] for e in form["body"] if e["type"] != "markdown"]
    assert len(ids) == len(set(ids)) > 2
    for element in form["body"]:
        attributes = element["attributes"]
        assert element["type"] in ("markdown", "input", "textarea", "dropdown", "checkboxes")
        assert attributes["value"] if element["type"] == "markdown" else attributes["label"]
        if element["type"] in ("dropdown", "checkboxes"):
            options = [o if isinstance(o, str) else o["label"] for o in attributes["options"]]
            assert len(options) == len(set(options)) > 0 and "None" not in options
    kinds = next(e for e in form["body"] if e.get("id") == "kind")["attributes"]["options"]
    assert {k.partition(" ")[0] for k in kinds} == set(all_kinds()) - MADE_BY_PROGRAM


# workflows and hooks


def runs(workflow: dict) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda f: f.stem)
def test_workflow_is_thin_and_modest(file: Path):
    text = file.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "secrets." not in text
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"actions/[a-z-]+@v[0-9]+", action), action
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 120, name
        writes = [k for k, v in job.get("permissions", {}).items() if v == "write"]
        if writes:  # what has rights runs no code of the repository
            assert not any("checkout" in step.get("uses", "") or ".venv/" in step.get("run", "") or "scripts/" in step.get("run", "") for step in job["steps"])
    for script in runs(workflow):
        assert "${{" not in script, "strangers' texts must reach a script as variables"
        for name in re.findall(r"\.venv/bin/catalog ([a-z]+)", script):
            assert name in COMMANDS
        for path in re.findall(r"(?<![./\w])scripts/[a-z]+", script):
            assert (ROOT / path).exists()


def test_every_workflow_is_there():
    assert [f.stem for f in WORKFLOWS] == ["annotate", "diff", "links", "publish", "test"]
    for file, command in (("test", "scripts/test"), ("annotate", "catalog check --format github"), ("diff", "--format markdown"), ("links", "catalog links"), ("publish", "catalog build")):
        assert any(command in script for script in runs(yaml.safe_load((GITHUB / "workflows" / f"{file}.yml").read_text()))), file


def test_comment_of_a_pull_request_runs_no_code_of_it():
    text = (GITHUB / "workflows" / "diff.yml").read_text()
    assert f'startswith("{MARKER}")' in text
    assert "pull_request_target" in text and "head.sha" not in text and "head.ref" not in text
    checkouts = [s for job in yaml.safe_load(text)["jobs"].values() for s in job["steps"] if "checkout" in s.get("uses", "")]
    assert [set(s["with"]) for s in checkouts] == [{"fetch-depth"}]


def test_hooks_run_commands_of_ours():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]
    assert (hooks["repo"], [h["entry"] for h in hooks["hooks"]]) == ("local", [".venv/bin/catalog check", ".venv/bin/catalog format --check"])
    for hook in hooks["hooks"]:
        assert hook["language"] == "system" and hook["pass_filenames"] is False
        assert re.search(hook["files"], "data/datasets/mnist.yaml") and not re.search(hook["files"], "catalog/cli.py")


def test_owners_name_paths_that_exist():
    lines = [line.split() for line in (GITHUB / "CODEOWNERS").read_text().splitlines() if line.strip() and not line.startswith("#")]
    for path, *owners in lines:
        assert path == "*" or (ROOT / path.strip("/")).exists(), path
        assert owners and all(o.startswith("@") for o in owners)
