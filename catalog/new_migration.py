"""Writes the next migration file (`scripts/new-migration`): for maintainers who changed a kind."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from catalog.migrate import config, find_drift, migrations_folder, open_engine, upgrade


def next_number() -> str:
    """Return the number of the next migration, `0001` upwards."""
    numbers = [int(f.name[:4]) for f in (migrations_folder() / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")]
    return f"{max(numbers, default=0) + 1:04}"


def write_migration(purpose: str) -> Path:
    """Write the migration that leads from the newest one to the table classes and return its file.

    Raises:
        SystemExit: There is nothing to migrate.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.db"
        if ScriptDirectory.from_config(config()).get_heads():
            upgrade(file)
        if not find_drift(file):
            raise SystemExit("The migrations already make the tables of the classes: nothing to do.")
        engine = open_engine(file)
        with engine.connect() as connection:
            slug = re.sub("[^a-z0-9]+", "_", purpose.lower()).strip("_")
            script = command.revision(config(connection), message=purpose, autogenerate=True, rev_id=next_number())
        engine.dispose()
    path = Path(script.path)
    wanted = path.with_name(f"{script.revision}_{slug}.py")
    path.rename(wanted)
    return wanted


if __name__ == "__main__":
    print(f"Wrote {write_migration(sys.argv[1])}. Read it, and add changed CHECK constraints by hand if the build asks for it.")
