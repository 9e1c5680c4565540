"""The Deep Learning Catalog: YAML records, checked, loaded into one SQLite file and published with Datasette.

    import catalog
    db = catalog.open()          # build/catalog.db, or a path or an address
    db.datasets                  # every kind, table and view as a pandas frame
    db.sql("SELECT …", params)   # any query
    db.record("datasets/mnist")  # one record with its claims, sources and relations

Importing the package imports nothing else; see docs/architecture.md for the stages.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which is not imported here
if TYPE_CHECKING:
    from os import PathLike

    from catalog.database import Database

__version__ = "0.1.0"


def open(file: str | PathLike[str] | None = None) -> Database:
    """Open a built catalog for reading.

    Args:
        file: A path, or a `file://` or `https://` address of a built file; one from the network is kept in
            the user's cache and fetched again only when it changed. Without it, the one that the environment variable
            `CATALOG_FILE` names, else `build/catalog.db` in the current directory.

    Returns:
        The catalog; also a context manager, which closes it.

    Raises:
        catalog.browse.NotBuilt: There is no such file, or it is no catalog.
        ValueError: The address is of another sort.
        catalog.download.CannotFetch: The address does not answer or gives no catalog, and no copy was kept.

    >>> with catalog.open() as db:
    ...     len(db.datasets) > 40
    True
    """
    from catalog.database import open_database

    return open_database(file)
