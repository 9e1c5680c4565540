"""What the classes of the kinds ask for (lengths, patterns, ranges) is what validation checks: pydantic is not asked again."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from factories import validate
from pydantic import StringConstraints

from catalog.fields import FieldSpec, Part, field, fields_of
from catalog.kinds import all_kinds
from catalog.quantity import Quantity
from catalog.read import read_catalog
from catalog.validate import ValidRecord, validate_document

REAL = Path(__file__).resolve().parent.parent / "data"


def _written(value: Any) -> Any:
    """Return what was written of an object, a list or a map as plain mappings and lists of its values."""
    if isinstance(value, Part):
        return {name: _written(getattr(value, name)) for name in value.model_fields_set}
    if isinstance(value, list):
        return [_written(v) for v in value]
    return {k: _written(v) for k, v in value.items()} if isinstance(value, dict) else value


def test_every_object_is_what_its_class_accepts():
    for document in read_catalog(REAL, all_kinds())[0]:
        found, problems = validate_document(document)
        assert problems == []
        content = found.record if isinstance(found, ValidRecord) else found.removed
        assert type(content).model_validate(_written(content)) == content, document.path


def _one_over(spec: FieldSpec) -> list[str]:
    """Return values, as YAML, that go one step beyond each bound of a field."""
    texts = ["x" * (bound + step) for bound, step in ((spec.min_length, -1), (spec.max_length, 1)) if bound is not None] if spec.type == "text" else []
    numbers = [str(bound + step) for bound, step in ((spec.ge, -1), (spec.le, 1)) if bound is not None]
    one = [f"'{text}'" for text in texts] + numbers
    if spec.shape == "list":
        return [f"[{value}]" for value in one] + ["[]"] * (spec.min_items > 0)
    return ["{}"] * (spec.min_items > 0) if spec.shape == "map" else one


@pytest.mark.parametrize("kind", all_kinds())
def test_every_bound_of_a_class_is_checked(kind: str):
    fields = all_kinds()[kind].fields
    bounded = {name: _one_over(spec) for name, spec in fields.items() if spec.pattern is None or spec.min_length}
    assert any(bounded.values())
    for name, values in bounded.items():
        for value in values:
            found, problems = validate(f"{name}: {value}\n", kind)
            assert found is None and any(p.line == 1 and p.what.startswith(name) for p in problems), (name, value[:40])


@pytest.mark.parametrize(("annotation", "constraint"), [
    (int, {"multiple_of": 2}), (Quantity | None, {"ge": 1}), (Literal["a", "b"], {"min_length": 1}), (list[str], {"max_length": 3}),
    (Annotated[str, StringConstraints(to_lower=True)], {}),
])
def test_a_class_cannot_ask_for_what_nothing_checks(annotation: Any, constraint: dict[str, Any]):
    class Example(Part):
        value: annotation = field("A value.", ru="Значение", required=True, **constraint)

    with pytest.raises(TypeError, match="nothing checks"):
        fields_of(Example)
