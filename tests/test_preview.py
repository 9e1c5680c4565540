"""`catalog preview`: the site with the changed records first, beside the published release."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from factories import write_data

from catalog.review.changed import changed_files

CATALOG = Path(sys.executable).with_name("catalog")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    write_data(tmp_path, {"topics/vision.yaml": "name: Vision\nnames: {ru: Зрение}\n", "topics/speech.yaml": "name: Speech\nnames: {ru: Речь}\n"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_changed_and_new_files_are_found(checkout: Path):
    assert changed_files(checkout / "data") == []
    (checkout / "data/topics/vision.yaml").write_text("name: Seeing\n")
    (checkout / "data/topics/new one.yaml").write_text("name: New\n")
    assert [p.name for p in changed_files(checkout / "data")] == ["new one.yaml", "vision.yaml"]


def test_without_git_nothing_is_changed(tmp_path: Path):
    write_data(tmp_path, {"topics/vision.yaml": "name: Vision\n"})
    assert changed_files(tmp_path / "data") == []


def test_preview_shows_changed_records_first(checkout: Path):
    (checkout / "data/topics/vision.yaml").write_text("name: Seeing machines\nnames: {ru: Зрение}\n", encoding="utf-8")
    server = subprocess.Popen([CATALOG, "preview", "--port", "0"], cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        lines, address = [], None
        while address is None:
            line = server.stdout.readline()
            assert line, "".join(lines)
            lines.append(line)
            address = next((word for word in line.split() if word.startswith("http://")), None)
        for _ in range(50):
            try:
                page = urllib.request.urlopen(address, timeout=10).read().decode()
                break
            except OSError:
                time.sleep(0.1)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
        server.stdout.close()
    assert "1 changed record first:\n  topics/vision\n" in "".join(lines)
    assert page.index("Your changes: 1 record<") < page.index("<h1>")
    assert not (checkout / "build" / "catalog.db").exists()


def test_preview_of_broken_data_shows_the_problem(checkout: Path):
    (checkout / "data/topics/vision.yaml").write_text("nam: Seeing\n")
    done = subprocess.run([CATALOG, "preview"], cwd=checkout, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "a topic has no field 'nam'" in done.stdout and "mend the problems above" in done.stderr
