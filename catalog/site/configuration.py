"""What an installation may set in the environment: its public address, its repository, whether visitors may ask in SQL.

Read at every use, so that a test or a supervisor can change it; nothing else of the site reads the environment.
"""

from __future__ import annotations

import os
import re
from typing import Any

PUBLIC_URL, REPOSITORY, SQL, CACHE_MB = "CATALOG_PUBLIC_URL", "CATALOG_REPOSITORY", "CATALOG_SQL", "CATALOG_CACHE_MB"
PREVIEW = "CATALOG_PREVIEW"  # set by `catalog preview`: the changed records, first on the home page
CACHE_MB_DEFAULT = 64
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(?:/[A-Za-z0-9._~/-]*)?")


class InvalidSetting(ValueError):
    """A variable of the environment has a value that cannot be meant; the message names it and says what fits."""


def _address(variable: str, example: str) -> str | None:
    value = os.environ.get(variable, "").strip().rstrip("/")
    if value and not _ADDRESS.fullmatch(value):
        raise InvalidSetting(f"{variable}={value!r} is no address; write it as {example}")
    return value or None


def public_url(request: Any = None) -> str:
    """Return the address of the site without a slash at its end: as configured, or the host that the visitor named.

    Args:
        request: The request (`scheme`, `host`); a host that is none counts as localhost.

    Raises:
        InvalidSetting: CATALOG_PUBLIC_URL is no address.
    """
    configured = _address(PUBLIC_URL, "https://catalog.example.org")
    if configured:
        return configured
    host = request.host if request is not None and _HOST.fullmatch(request.host) else "localhost"
    scheme = "https" if request is not None and request.scheme == "https" else "http"
    return f"{scheme}://{host}"


def repository() -> str | None:
    """Return the address of the repository that the records are kept in, if it is configured.

    Raises:
        InvalidSetting: CATALOG_REPOSITORY is no address.
    """
    return _address(REPOSITORY, "https://github.com/OWNER/REPO")


def allows_sql() -> bool:
    """Say whether visitors may ask in SQL of their own; they may unless CATALOG_SQL is `off`.

    Raises:
        InvalidSetting: It is neither `on` nor `off`.
    """
    value = os.environ.get(SQL, "on").strip().lower() or "on"
    if value not in ("on", "off"):
        raise InvalidSetting(f"{SQL}={value!r} is unknown; write on or off")
    return value == "on"


def cache_bytes() -> int:
    """Return how many bytes the cache of responses may hold; 0 switches it off.

    Raises:
        InvalidSetting: CATALOG_CACHE_MB is no whole number.
    """
    value = os.environ.get(CACHE_MB, "").strip() or str(CACHE_MB_DEFAULT)
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        raise InvalidSetting(f"{CACHE_MB}={value!r} is no whole number of megabytes (2^20 bytes)")
    return int(value) << 20


def check_settings() -> None:
    """Raise InvalidSetting if any variable is wrong; asked before serving."""
    public_url()
    repository()
    allows_sql()
    cache_bytes()


def preview_refs() -> list[str]:
    """Return the records that `catalog preview` wants first; none on a published site."""
    return [ref for ref in os.environ.get(PREVIEW, "").split(",") if ref]
