"""Fixtures that whole-catalog tests and the examples in docstrings share: the real data, built and exported once a run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem

ROOT = Path(__file__).resolve().parent
# These import torch, which is not installed here; tests/test_bench_run.py tries them with the Python that has it.
collect_ignore = ["tests/bench_torch_checks.py", *(f"catalog/bench/{name}.py" for name in ("devices", "images", "kernels", "measuring", "torch_facts", "training", "tuned"))]


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start: a shell in the background hands on that it is ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def catalog_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real records, built into a file of their own."""
    from catalog.check import check_data
    from catalog.load import build_file

    checked = check_data(ROOT / "data")
    file = tmp_path_factory.mktemp("built") / "catalog.db"
    build_file(checked.catalog, checked.claims, ROOT / "data", file)
    return file


@pytest.fixture(scope="session")
def exported(catalog_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `catalog export all` writes of the real records."""
    from catalog.export import all_formats
    from catalog.export.publish import write_all
    from catalog.export.source import open_source

    folder = tmp_path_factory.mktemp("exported") / "all"
    with open_source(catalog_file) as source:
        write_all(source, all_formats(), folder)
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """A PostgreSQL server of the tests' own (tests/postgres_server.py)."""
    sys.path.insert(0, str(ROOT / "tests"))
    from postgres_server import run_server

    yield from run_server()


@pytest.fixture(autouse=True)
def _examples_open_the_real_catalog(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `catalog.open()` in the examples of docstrings find the real records, built; other tests pay nothing."""
    if isinstance(request.node, DoctestItem) and any("catalog.open" in e.source for e in request.node.dtest.examples):
        import catalog

        request.getfixturevalue("doctest_namespace")["catalog"] = catalog
        monkeypatch.setenv("CATALOG_FILE", str(request.getfixturevalue("catalog_file")))
        monkeypatch.setenv("MPLBACKEND", "agg")
