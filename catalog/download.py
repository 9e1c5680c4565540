"""A published catalog file fetched from its address, once: for `catalog.open("https://…/catalog.db")`.

The file is kept in the user's cache folder. The next opening asks the server whether it changed (its ETag or date) and fetches
it only then; without a network the kept one serves, with a warning.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

SQLITE_HEADER = b"SQLite format 3\x00"  # https://sqlite.org/fileformat.html, section 1.3
TIMEOUT_S = 30.0


class CannotFetch(OSError):
    """The address does not give a catalog file, and none was kept from before."""


def cache_folder() -> Path:
    """Return where fetched files are kept: $XDG_CACHE_HOME or ~/.cache, below it deep-learning-catalog/."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deep-learning-catalog"


def _asked(about: Path) -> dict[str, str]:
    """Return the headers that ask for the file only if it changed."""
    try:
        known = json.loads(about.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {names[k]: v for k, v in known.items() if k in names}


@contextlib.contextmanager
def _client(transport: httpx.BaseTransport | None) -> Iterator[httpx.Client]:
    import httpx

    with httpx.Client(follow_redirects=True, timeout=TIMEOUT_S, transport=transport) as client:
        yield client


def _save(response: httpx.Response, file: Path) -> None:
    """Write the body beside its place and switch it there when it is whole and a SQLite file."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in response.iter_bytes():
                out.write(piece)
        with open(draft, "rb") as written:
            if written.read(len(SQLITE_HEADER)) != SQLITE_HEADER:
                raise CannotFetch(f"{response.url} does not give a SQLite file; the catalog's own stands at /catalog.db of its site")
        os.replace(draft, file)
    finally:
        Path(draft).unlink(missing_ok=True)


def fetch(url: str, transport: httpx.BaseTransport | None = None) -> Path:
    """Return a local copy of the file at an address, as new as the server's.

    Args:
        url: Its address, http or https.
        transport: How requests are made; for tests.

    Raises:
        CannotFetch: The server cannot be reached or gives no SQLite file, and no copy was kept.
    """
    import httpx

    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.db"
    about = file.with_suffix(".json")
    try:
        with _client(transport) as client, client.stream("GET", url, headers=_asked(about) if file.is_file() else {}) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return file
            response.raise_for_status()
            _save(response, file)
            kept = {k: response.headers[k] for k in ("etag", "last-modified") if k in response.headers}
            about.write_text(json.dumps({"url": url, **kept}), encoding="utf-8")
    except httpx.HTTPError as error:
        if not file.is_file():
            raise CannotFetch(f"{url} cannot be fetched: {error}") from error
        warnings.warn(f"{url} cannot be reached ({error}); the copy fetched before is used", stacklevel=3)
    return file
