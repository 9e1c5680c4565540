"""The scripts a stranger runs first."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_serve_answers_on_the_port_it_was_given():
    port = free_port()
    server = subprocess.Popen([ROOT / "scripts" / "serve", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        page = None
        for _ in range(600):
            if server.poll() is not None:
                pytest.fail(server.stdout.read().decode())
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                    page = answer.read().decode()
                break
            except OSError:
                time.sleep(0.1)
        assert page and "Deep Learning Catalog" in page
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
        server.stdout.close()


def test_help_of_the_scripts_names_their_use():
    for script in ("serve", "test"):
        done = subprocess.run([ROOT / "scripts" / script, "--help"], capture_output=True, text=True, timeout=20)
        assert done.returncode == 0
        assert "usage: scripts/" + script in done.stdout


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locked_requirements_have_hashes_and_name_no_index(name: str):
    text = (ROOT / name).read_text()
    assert "://" not in text and "--index-url" not in text
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)
    assert {"datasette", "sqlmodel", "alembic", "pandas", "pyyaml", "pytest", "typer"} <= {p.lower() for p in pinned}
    assert "torch" not in pinned
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        if "==" in entry:
            assert "--hash=sha256:" in entry, entry


def test_setup_refuses_an_old_python_with_advice(tmp_path: Path):
    copy = tmp_path / "checkout"
    (copy / "scripts").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.txt"):
        (copy / name).write_text((ROOT / name).read_text())
    script = copy / "scripts" / "setup"
    script.write_text((ROOT / "scripts" / "setup").read_text())
    script.chmod(0o755)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "env", "cat", "cksum", "tr", "dirname"):
        found = next(Path(p) / tool for p in ("/usr/bin", "/bin") if (Path(p) / tool).exists())
        (tools / tool).symlink_to(found)
    done = subprocess.run([script], env={"PATH": str(tools)}, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed and was not found.\nInstall it")
