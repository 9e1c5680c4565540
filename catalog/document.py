"""A record as authored, as JSON: what `documents` holds, pages offer for download and exports write.

Numbers stay as printed: a plain number becomes a JSON number only if its digits survive, everything else a text.
"""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import SQLModel

from catalog.edtf import Date
from catalog.fields import fields_of
from catalog.quantity import Quantity


def plain_number(text: str) -> int | float | str:
    """Return a number as printed as a JSON number, or as its text where that would change its digits.

    >>> plain_number("92.0"), plain_number("73257"), plain_number("1e3"), plain_number("~7")
    (92.0, 73257, '1e3', '~7')
    """
    for convert in (int, float):
        try:
            number = convert(text)
        except ValueError:
            continue
        if repr(number) == text:
            return number
    return text


def to_plain(value: Any) -> Any:
    """Return a part, list, map or value as plain JSON values, fields that are not written left out."""
    if isinstance(value, SQLModel):
        written = {name: getattr(value, name) for name in fields_of(type(value))}
        defaults = type(value).model_fields
        return {
            name: to_plain(v) for name, v in written.items()
            if v is not None and v != [] and v != {} and (name in value.model_fields_set or v != defaults[name].default)
        }
    if isinstance(value, Quantity):
        return plain_number(value.text)
    if isinstance(value, Date):
        return value.text
    if isinstance(value, list):
        return [to_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: to_plain(v) for k, v in value.items()}
    return value


def document_json(record: SQLModel) -> str:
    """Return a record as authored, as one line of JSON in the order of its fields."""
    return json.dumps(to_plain(record), ensure_ascii=False)
