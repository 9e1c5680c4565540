"""A record of the built file as Python objects: its own fields typed as in its kind, with claims, sources and relations."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlmodel import SQLModel

from catalog.browse import load_record
from catalog.claims import Claim
from catalog.edtf import parse_date
from catalog.export.source import Source
from catalog.fields import FieldSpec, fields_of
from catalog.kinds import all_kinds
from catalog.kinds.common import Record
from catalog.quantity import parse_quantity


@dataclass(frozen=True)
class RelatedRecord:
    """A record at the other end of a reference; `path` is the field that the reference stands in."""

    ref: str
    name: str
    path: str


@dataclass(frozen=True)
class CatalogRecord:
    """One record.

    `fields` is an object of its kind's class (`catalog.kinds.dataset.Dataset`): numbers are `Quantity` (`text`, `value`, `low`,
    `high`), dates `Date` (`text`, `first`, `last`), parts objects of their own classes, references ids as authored.
    `claims` say who supports which value, in the unit of its field; `sources` are the records of the sources that are cited;
    `refers_to` and `referred_by` are the relations to other records.
    """

    ref: str
    kind: str
    id: str
    name: str
    name_ru: str | None
    summary: str | None
    fields: Record
    claims: tuple[Claim, ...]
    sources: tuple[RelatedRecord, ...]
    refers_to: tuple[RelatedRecord, ...]
    referred_by: tuple[RelatedRecord, ...]

    def claims_of(self, path: str) -> list[Claim]:
        """Return the claims about a value and all below it: `splits` means `splits.train.items` too."""
        return [c for c in self.claims if c.path == path or c.path.startswith(path + ".")]


def _one(spec: FieldSpec, value: Any) -> Any:
    if value is None:
        return None
    if spec.type == "part":
        return to_model(spec.part, value)
    if spec.type == "number":
        return parse_quantity(str(value))
    return parse_date(str(value)) if spec.type == "date" else value


def to_model(model: type[SQLModel], document: dict[str, Any]) -> Any:
    """Return a document as an object of its class: the way back from `catalog.document.to_plain`."""
    specs = fields_of(model)
    values = {}
    for name, value in document.items():
        spec = specs[name]
        if spec.shape == "list":
            values[name] = [_one(spec, v) for v in value]
        elif spec.shape == "map":
            values[name] = {k: _one(spec, v) for k, v in value.items()}
        else:
            values[name] = _one(spec, value)
    return model.model_validate(values)


def read_record(source: Source, ref: str) -> CatalogRecord:
    """Return one record.

    Raises:
        catalog.browse.UnknownRecord: No record has that reference; the message names near ones.
    """
    found = load_record(source.db, ref)
    row = found["record"]
    names = [f.name for f in fields(Claim)]
    claims = tuple(Claim(**({n: c[n] for n in names} | {"explicit": bool(c["explicit"])})) for c in found["claims"])
    to = tuple(RelatedRecord(r["ref"], r["name"], r["path"]) for r in found["relations"]["to"])
    cited = {c.source for c in claims if c.source}
    sources = {r.ref: RelatedRecord(r.ref, r.name, "sources") for r in to if r.ref.removeprefix("sources/") in cited and r.ref.startswith("sources/")}
    return CatalogRecord(
        ref=ref, kind=row["kind"], id=row["slug"], name=row["name"], name_ru=row["name_ru"], summary=row["summary"],
        fields=to_model(all_kinds()[row["kind"]].model, found["document"]), claims=claims, sources=tuple(sources.values()), refers_to=to,
        referred_by=tuple(RelatedRecord(r["ref"], r["name"], r["path"]) for r in found["relations"]["from"]))
