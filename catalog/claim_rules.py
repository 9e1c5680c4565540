"""The rules of provenance, with their examples."""

from __future__ import annotations

from catalog.problems import Rule, declare

_SOURCES = {"sources/a-2011-digits.yaml": "type: paper\ntitle: A\n", "sources/b-2019-survey.yaml": "type: paper\ntitle: B\n"}
_HEAD = "name: X\nmodality: [image]\nclasses: 10\nsplits:\n  train: {items: 73257}\n"


def _rule(id: str, title: str, why: str, bad: str, good: str, head: str = _HEAD) -> Rule:
    return declare(Rule(
        id, "error", title, why, {**_SOURCES, "datasets/x.yaml": head + bad}, {**_SOURCES, "datasets/x.yaml": head + good}))


_DEFAULT = "sources:\n- {source: a-2011-digits, default: true}\n"

UNSOURCED_VALUE = _rule(
    "unsourced-value", "Every number, date and other value marked in the reference has a source.",
    "A value without a source cannot be checked by anybody.",
    "sources:\n- {source: a-2011-digits, supports: [classes]}\n",
    "sources:\n- {source: a-2011-digits, supports: [classes, splits]}\n")
NO_SOURCE = _rule(
    "no-source", "A record names at least one source.", "Also a summary comes from somewhere.",
    "", "sources:\n- {source: a-2011-digits, default: true}\n", "name: X\nmodality: [image]\n")
IDLE_CITATION = _rule(
    "idle-citation", "A citation is the default, supports something, or states something else.",
    "Otherwise nobody knows what the source is cited for.",
    _DEFAULT + "- {source: b-2019-survey, locator: table 1}\n",
    _DEFAULT + "- {source: b-2019-survey, locator: table 1, supports: [classes]}\n")
TWO_DEFAULTS = _rule(
    "two-defaults", "At most one citation is the default.", "With two it is open which of them says a value.",
    _DEFAULT + "- {source: b-2019-survey, default: true}\n", _DEFAULT)
UNKNOWN_PATH = _rule(
    "unknown-path", "A path names a value of the record.", "A citation of nothing protects nothing.",
    _DEFAULT + "- {source: b-2019-survey, supports: [splits.test]}\n",
    _DEFAULT + "- {source: b-2019-survey, supports: [splits.train]}\n")
COVERED_BY_PART = _rule(
    "covered-by-part", "Values of a part with its own source are not supported by a citation of the record.",
    "The part already says where its values come from; a second source belongs into `states`, or beside the first one in a fact of its own.",
    "facts:\n- {name: weight, value: 5, source: b-2019-survey}\n" + _DEFAULT + "- {source: b-2019-survey, supports: [facts]}\n",
    "facts:\n- {name: weight, value: 5, source: b-2019-survey}\n" + _DEFAULT)
ACCESSED_WITHOUT_PLACE = _rule(
    "accessed-without-place", "`accessed` comes with a `locator` and with `supports` or `states`.",
    "It promises that this text was read for these values; without the place nobody can read it again.",
    "sources:\n- {source: a-2011-digits, default: true, accessed: 2026-11-01}\n",
    "sources:\n- {source: a-2011-digits, locator: section 3, accessed: 2026-11-01, supports: [classes, splits]}\n")
ACCESSED_IN_FUTURE = _rule(
    "accessed-in-future", "`accessed` is one day, and not after today.", "Nobody can have read it then.",
    "sources:\n- {source: a-2011-digits, locator: section 3, accessed: 2999-11-01, supports: [classes, splits]}\n",
    "sources:\n- {source: a-2011-digits, locator: section 3, accessed: 2026-11-01, supports: [classes, splits]}\n")
AS_PRINTED_DIFFERS = _rule(
    "as-printed-differs", "The printed words agree with the value they are printed for.",
    "A source that prints another number disagrees; that belongs into `states`.",
    "sources:\n- {source: a-2011-digits, default: true}\n- {source: b-2019-survey, locator: table 1, supports: [splits], as_printed: {splits.train.items: '73,527'}}\n",
    "sources:\n- {source: a-2011-digits, default: true}\n- {source: b-2019-survey, locator: table 1, supports: [splits], as_printed: {splits.train.items: '73,257'}}\n")
STATES_AGREES = _rule(
    "states-agrees", "`states` holds what differs from the accepted value.",
    "A source that says the same, more coarsely or rounded, agrees: it belongs into `supports` with `as_printed`.",
    _DEFAULT + "- {source: b-2019-survey, states: {classes: 10}}\n", _DEFAULT + "- {source: b-2019-survey, states: {classes: 11}}\n")
PRINTED_WITHOUT_SUPPORT = _rule(
    "printed-without-support", "`as_printed` gives the words for values that the same citation supports.",
    "Printed words for a value that the citation does not speak of prove nothing.",
    _DEFAULT + "- {source: b-2019-survey, supports: [classes], as_printed: {splits.train.items: '73,257'}}\n",
    _DEFAULT + "- {source: b-2019-survey, supports: [classes, splits], as_printed: {splits.train.items: '73,257'}}\n")
DERIVED_DIFFERS = _rule(
    "derived-differs", "A value computed from others equals its recomputation.",
    "A derived number that does not follow from its parts is wrong in one of the two places.",
    "items: 73258\nderived: {items: sum of splits}\n" + _DEFAULT, "items: 73257\nderived: {items: sum of splits}\n" + _DEFAULT)
UNKNOWN_DERIVATION = _rule(
    "unknown-derivation", "A derivation is `sum of <path>`, `product of <path>, <path>` or `<path> / <path>`.",
    "Only such derivations can be computed again.",
    "items: 73257\nderived: {items: counted}\n" + _DEFAULT, "items: 73257\nderived: {items: sum of splits}\n" + _DEFAULT)
SOURCELESS_PART = _rule(
    "sourceless-part", "`locator`, `via`, `accessed` and the like stand in a part only beside its `source`.",
    "A place without the source it is in leads nowhere.",
    "facts:\n- {name: weight, value: 5, locator: page 3}\n" + _DEFAULT,
    "facts:\n- {name: weight, value: 5, source: b-2019-survey, locator: page 3}\n" + _DEFAULT)
