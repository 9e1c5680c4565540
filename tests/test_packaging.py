"""The wheel holds the whole project and works away from the checkout."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_listed():
    found = {".".join(f.parent.relative_to(ROOT).parts) for f in (ROOT / "catalog").rglob("__init__.py")}
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) - {"catalog.migrations", "catalog.migrations.versions"} == found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_wheel_holds_code_views_templates_and_migrations(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(f.relative_to(ROOT)) for f in (ROOT / "catalog").rglob("*") if f.is_file() and f.suffix in (".py", ".sql", ".html", ".css", ".js")}
    wanted = {w for w in wanted if "__pycache__" not in w}
    wanted |= {f"catalog/{f.relative_to(ROOT)}" for f in (ROOT / "migrations").rglob("*.py")}
    assert wanted - names == set()


def test_wheel_builds_a_catalog_away_from_the_checkout(wheel: Path, tmp_path: Path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    data = tmp_path / "data" / "topics"
    data.mkdir(parents=True)
    (data / "vision.yaml").write_text("name: Vision\nnames: {ru: Зрение}\n", encoding="utf-8")
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from catalog.cli import main; import catalog; assert sys.path[0] in catalog.__file__; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(site), "build", "--output", "out.db"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.db").is_file()
