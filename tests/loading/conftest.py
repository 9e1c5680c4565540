"""Fixtures of the tests of loading."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from catalog import migrate


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """An empty migrated file."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    migrate.upgrade(file)
    return file


@pytest.fixture
def quick(template, monkeypatch):
    """Builds copy the migrated file instead of migrating anew; that is tested elsewhere and takes most of the time."""
    monkeypatch.setattr(migrate, "upgrade", lambda file: shutil.copy(template, file))
    monkeypatch.setattr(migrate, "require_no_drift", lambda file: None)
