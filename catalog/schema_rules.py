"""The rules that validation applies to the fields of a record, with their examples."""

from __future__ import annotations

from catalog.problems import Rule, declare

_TOPIC = "topics/example.yaml"


_SOURCE = {"sources/paper.yaml": "type: paper\ntitle: On examples\n"}
_CITED = "sources: [{source: paper, default: true}]\n"


def _rule(id: str, title: str, why: str, bad: str, good: str, path: str = _TOPIC) -> Rule:
    rest = _SOURCE if _CITED in good else {}
    return declare(Rule(id, "error", title, why, {path: bad, **rest}, {path: good, **rest}))


UNKNOWN_FIELD = _rule(
    "unknown-field", "Only the fields of the kind are used.", "A key that nobody reads would be lost silently.",
    "name: Vision\nsumary: Seeing.\n", "name: Vision\nsummary: Seeing.\n")
MISSING_FIELD = _rule(
    "missing-field", "Required fields are written.", "A record without it cannot be understood.",
    "summary: Seeing.\n", "name: Vision\nsummary: Seeing.\n")
WRONG_SHAPE = _rule(
    "wrong-shape", "Lists, mappings and single values stand where the field asks for them.",
    "The field cannot be read otherwise.", "name: Vision\naliases: CV\n", "name: Vision\naliases: [CV]\n")
EMPTY_VALUE = _rule(
    "empty-value", "A key that is written has a value.", "An empty value looks like an answer that got lost.",
    "name: Vision\nsummary:\n", "name: Vision\n")
QUOTE_IT = _rule(
    "quote-it", "Text that a YAML reader could take for something else is quoted.",
    "Other readers turn it into a number, a date or a truth value, and the text is lost.",
    "name: Vision\naliases: [no, 2012, 1.10]\n", "name: Vision\naliases: ['no', '2012', '1.10']\n")
INVALID_NUMBER = _rule(
    "invalid-number", "Numbers have one of the forms 7, ~7, \">50\", 947..1024, 5.1±0.6, 18.6e9, not-reported.",
    "Other forms mean different numbers to different readers.",
    "name: X\nfacts:\n- {name: weight, value: '60,000'}\n" + _CITED, "name: X\nfacts:\n- {name: weight, value: 60000}\n" + _CITED)
INVALID_INTEGER = _rule(
    "invalid-integer", "Whole numbers are written with digits only, and lie in the range of their field.", "Other forms mean different numbers to different readers.",
    "title: A\nauthors: [B]\nlanguage: en\nyear: about 2016\n" + _CITED, "title: A\nauthors: [B]\nlanguage: en\nyear: 2016\n" + _CITED, "books/example.yaml")
INVALID_DATE = _rule(
    "invalid-date", "Dates are EDTF: 1943, 1986-10, 2016-03-09, 2016-03-09/2016-03-15, 1974~, ../2022-02-07.",
    "Only such dates can be sorted and compared.",
    "name: X\nreview_by: 30.11.2026\n", "name: X\nreview_by: 2026-11-30\n")
INVALID_BOOLEAN = _rule(
    "invalid-boolean", "Truth values are true or false.", "yes, no, on and off mean different things to different readers.",
    "name: X\nmodality: [image]\nis_synthetic: yes\n" + _CITED, "name: X\nmodality: [image]\nis_synthetic: true\n" + _CITED, "datasets/example.yaml")
NOT_ALLOWED = _rule(
    "not-allowed", "Fields with a fixed set of values hold one of them.", "Only known values can be filtered and translated.",
    "name: X\nmodality: [picture]\n" + _CITED, "name: X\nmodality: [image]\n" + _CITED, "datasets/example.yaml")
INVALID_KEY = _rule(
    "invalid-key", "Keys of a map are lower-case words joined by - or _.", "Keys stand in addresses and in citations.",
    "name: X\nmodality: [image]\nsplits:\n  Train set: {note: half}\n" + _CITED, "name: X\nmodality: [image]\nsplits:\n  train: {note: half}\n" + _CITED,
    "datasets/example.yaml")
INVALID_TEXT = _rule(
    "invalid-text", "Texts have the length and form their field asks for.", "Longer or other texts break pages and addresses.",
    "name: X\nlinks:\n- {kind: home, url: 'javascript:alert(1)'}\n", "name: X\nlinks:\n- {kind: home, url: 'https://example.org/'}\n")
INVALID_REFERENCE = _rule(
    "invalid-reference", "A reference is an id, or <kind>/<id> where any kind may stand.",
    "Only an id leads to a record.", "name: X\ntopics: [Computer Vision]\n", "name: X\n")
