"""Record files: plain values to YAML in the catalog's layout and back, written whole or not at all and never over another.

Needs no torch, and not the rest of the catalog either: `catalog format` would change nothing (a test compares).
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import Any

import yaml

from catalog.bench.digest import digest_of
from catalog.bench.numbers import number_text

WIDTH = 120
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# What readers of YAML take for something other than text without quotes: as catalog/validate.py has it (a test compares).
_AMBIGUOUS = re.compile(
    r"(?i:y|yes|n|no|on|off|true|false|null)|~"
    r"|[-+]?(?:[0-9][0-9_,]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?(?:0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)"
    r"|[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?|[-+]?\.(?:inf|nan|Inf|NaN|INF|NAN)|="
)
_INDICATORS = "?:,[]{}#&*!|>'\"%@`"
_UNSAFE = re.compile(r":(?:\s|$)|\s#|\t|^\s|\s$|^(?:---|\.\.\.)|^-(?:\s|$)|^(?:<<|=)$|[,\[\]{}?]")
_UNSAFE_BLOCK = re.compile(r":(?:\s|$)|\s#|\t|^\s|\s$|^(?:---|\.\.\.)|^-(?:\s|$)|^(?:<<|=)$")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def text_of(value: Any) -> str:
    """Return a plain value as the text that stands in the file, without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int | float) else str(value)


def to_texts(value: Any) -> Any:
    """Return a record with texts for all its values, as reading the file gives it."""
    if isinstance(value, dict):
        return {k: to_texts(v) for k, v in value.items()}
    return [to_texts(v) for v in value] if isinstance(value, list | tuple) else text_of(value)


def _scalar(value: Any, in_flow: bool) -> str:
    text = text_of(value)
    if not isinstance(value, str) or _DATE.fullmatch(text):
        return text
    unsafe = (_UNSAFE if in_flow else _UNSAFE_BLOCK).search(text)
    if text and text[0] not in _INDICATORS and not unsafe and not _AMBIGUOUS.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'


def _flow(value: Any) -> str | None:
    """Return a value on one line, or None where the layout wants a block: lists of parts."""
    if isinstance(value, dict):
        inner = [(k, _flow(v)) for k, v in value.items()]
        return None if any(v is None for _, v in inner) else "{" + ", ".join(f"{k}: {v}" for k, v in inner) + "}"
    if isinstance(value, list):
        if any(isinstance(v, dict) for v in value):
            return None
        return "[" + ", ".join(_scalar(v, True) for v in value) + "]"
    return _scalar(value, True)


def _lines(key: str, value: Any, indent: int) -> list[str]:
    lead = " " * indent + key
    if not isinstance(value, dict | list):
        line = f"{lead} {_scalar(value, False)}"
        folded = _folded(value, indent + 2) if len(line) > WIDTH and isinstance(value, str) else []
        return [f"{lead} >-", *folded] if len(folded) > 1 else [line]
    flow = _flow(value)
    if flow is not None and len(lead) + 1 + len(flow) <= WIDTH:
        return [f"{lead} {flow}"]
    if isinstance(value, dict):
        return [lead, *(line for k, v in value.items() for line in _lines(f"{k}:", v, indent + 2))]
    return [lead, *(line for item in value for line in _item(item, indent + 2))]


def _folded(text: str, indent: int) -> list[str]:
    """Return a long text as the lines of a folded block: broken at single spaces, which reading puts back."""
    lines = [""]
    for word in re.split(r"(?<=\S) (?=\S)", text):
        if lines[-1] and indent + len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return [" " * indent + line for line in lines]


def _item(item: dict[str, Any], indent: int) -> list[str]:
    flow = _flow(item)
    if flow is not None and indent + 2 + len(flow) <= WIDTH:
        return [" " * indent + "- " + flow]
    below = [line for k, v in item.items() for line in _lines(f"{k}:", v, indent + 2)]
    return [" " * indent + "- " + below[0].lstrip(), *below[1:]]


def to_yaml(record: dict[str, Any]) -> str:
    """Return a record as the text of its file."""
    return "\n".join(line for key, value in record.items() for line in _lines(f"{key}:", value, 0)) + "\n"


def sealed(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with its digest as its last value."""
    bare = {k: v for k, v in record.items() if k != "digest"}
    return {**bare, "digest": digest_of(to_texts(bare))}


def read_texts(text: str) -> dict[str, Any]:
    """Return a record of a file's text with texts for all its values.

    Raises:
        ValueError: The text is no YAML mapping.
    """
    try:
        found = yaml.load(text, _LOADER)
    except yaml.YAMLError as error:
        raise ValueError(f"it is no YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(found, dict):
        raise ValueError("it holds no keys")
    return found


# Fields that hold text whatever it looks like; everything else that looks like a number is one.
_TEXTS = {
    "format", "name", "date", "device", "device_name", "digest", "weights_sha256", "checksums", "variables", "commit", "torch_commit", "torch", "python", "kernel",
    "driver", "cuda", "cudnn", "benchmark", "cpu", "gpu", "system", "virtualisation", "reason", "note", "precision", "shape"}
_INTEGER, _NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)"), re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?|-?[0-9]+[eE][-+]?[0-9]+")


def to_values(texts: Any, key: str = "") -> Any:
    """Return a record of texts as plain values: numbers, truth values, texts."""
    if isinstance(texts, dict):
        return {k: (v if key in ("checksums", "variables") else to_values(v, k)) for k, v in texts.items()}
    if isinstance(texts, list):
        return [to_values(v, key) for v in texts]
    if key in _TEXTS:
        return texts
    if texts in ("true", "false"):
        return texts == "true"
    if _INTEGER.fullmatch(texts):
        return int(texts)
    return float(texts) if _NUMBER.fullmatch(texts) else texts


def write_new(folder: Path, stem: str, text: str) -> Path:
    """Write a text as `stem.yaml`, or `stem-2.yaml` … where that exists: whole or not at all, never over another file.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{stem}.{os.getpid()}.draft"
    try:
        with draft.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        for number in range(1, 1000):
            target = folder / (f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml")
            with contextlib.suppress(FileExistsError):
                _link(draft, target)
                return target
        raise FileExistsError(f"{folder} holds a thousand files called {stem}")
    finally:
        draft.unlink(missing_ok=True)


def _link(draft: Path, target: Path) -> None:
    """Give the draft its name unless another file has it."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name first, then put the text there
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(draft, target)
