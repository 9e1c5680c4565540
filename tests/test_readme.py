"""Every command of the README runs; every file it links to exists."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.split("  #")[0].strip() for block in BLOCKS for line in block.splitlines() if line.strip()]
# Run by other tests, or too long or too harmful to run inside a test.
ELSEWHERE = {
    "scripts/serve": "tests/test_scripts.py starts it",
    "scripts/test": "runs this very test",
    "scripts/lock": "asks the package index; tests/test_scripts.py checks what it wrote",
    "catalog bench validate data/measurements": "there may be no measurements; tests/test_bench_records.py runs it",
    "scripts/new-migration 'what changes'": "would write a file; tests/test_migrations.py runs its code",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout-like folder: the real data linked, its own build folder."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "data").symlink_to(ROOT / "data")
    subprocess.run([Path(sys.executable).with_name("catalog"), "build"], cwd=folder, check=True, capture_output=True, timeout=300)
    return folder


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ELSEWHERE])
def test_readme_command_runs(command: str, build: Path):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = shlex.split(command)
    if words[0] == "sqlite3":  # the tool may be missing; its SQL is what matters
        words = [sys.executable, "-c", "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())", *words[1:]]
    done = subprocess.run(words, cwd=build, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() or command.startswith("catalog check"), "the command printed nothing"


def test_commands_run_elsewhere_are_still_in_the_readme():
    assert set(ELSEWHERE) <= set(COMMANDS)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)", README))))
def test_readme_link_leads_to_a_file(target: str):
    assert (ROOT / target).exists()
