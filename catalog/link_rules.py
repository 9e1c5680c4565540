"""The rules that linking applies, with their examples."""

from __future__ import annotations

from catalog.problems import Rule, declare

_TOPIC = {"topics/vision.yaml": "name: Vision\n"}

UNKNOWN_REFERENCE = declare(Rule(
    "unknown-reference", "error", "A reference names a record that exists.", "A link must lead somewhere.",
    {**_TOPIC, "topics/x.yaml": "name: X\nparent: vison\n"}, {**_TOPIC, "topics/x.yaml": "name: X\nparent: vision\n"}))
RENAMED_REFERENCE = declare(Rule(
    "renamed-reference", "error", "A reference names a record by the id it has now.",
    "The former id only redirects; links inside the catalog use the present one.",
    {"topics/vision.yaml": "name: Vision\nformer_ids: [sight]\n", "topics/x.yaml": "name: X\nparent: sight\n"},
    {"topics/vision.yaml": "name: Vision\nformer_ids: [sight]\n", "topics/x.yaml": "name: X\nparent: vision\n"}))
REMOVED_REFERENCE = declare(Rule(
    "removed-reference", "error", "A reference names no removed record.", "There is nothing left to link to.",
    {"topics/sight.yaml": "removed: {date: 2026-01-05, reason: Twice}\n", "topics/x.yaml": "name: X\nparent: sight\n"},
    {"topics/sight.yaml": "removed: {date: 2026-01-05, reason: Twice}\n", "topics/x.yaml": "name: X\n"}))
SELF_REFERENCE = declare(Rule(
    "self-reference", "error", "A record does not refer to itself.", "Such a link says nothing and makes a circle.",
    {"topics/x.yaml": "name: X\nparent: x\n"}, {"topics/x.yaml": "name: X\n"}))
_BENCHMARK = (
    "name: B\nmetrics:\n  score: {name: Score, direction: higher}\n"
    "sources: [{source: s, default: true}]\n"
)
_SOURCE = {"sources/s.yaml": "type: paper\ntitle: S\n"}
_TABLE = "tables:\n- {columns: [%s], results: {a: {system: A, scores: [1]}}}\n"
UNKNOWN_METRIC = declare(Rule(
    "unknown-metric", "error", "Scores and levels are given by the metrics of their benchmark.",
    "Without a metric nobody knows what the number measures and which way is better.",
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + _TABLE % "scor"},
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + _TABLE % "score"}))
UNKNOWN_ITEM = declare(Rule(
    "unknown-item", "error", "A reference to a part of a record names a part that exists.", "A link must lead somewhere.",
    {**_SOURCE, "competitions/c.yaml": "name: C\neditions:\n  '2011': {date: 2011, winner: bb, entries: {a: {team: A}}}\nsources: [{source: s, default: true}]\n"},
    {**_SOURCE, "competitions/c.yaml": "name: C\neditions:\n  '2011': {date: 2011, winner: a, entries: {a: {team: A}}}\nsources: [{source: s, default: true}]\n"}))
DUPLICATE_COLUMN = declare(Rule(
    "duplicate-column", "error", "A metric is a column of a table once.", "A system has one score by a metric in a table.",
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + "tables:\n- {columns: [score, score], results: {a: {system: A, scores: [1, 2]}}}\n"},
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + _TABLE % "score"}))
DUPLICATE_RESULT = declare(Rule(
    "duplicate-result", "error", "A result key stands once in a benchmark, whatever its table.",
    "Results are named by their key alone: benchmarks/glue#results.ernie.",
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + (_TABLE % "score") + "- {columns: [score], results: {a: {system: A, scores: [2]}}}\n"},
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + (_TABLE % "score") + "- {columns: [score], results: {b: {system: A, scores: [2]}}}\n"}))
ROW_LENGTH = declare(Rule(
    "row-length", "error", "A row has as many scores as its table has columns.",
    "With one number too few, every number after it stands in the wrong column.",
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + "tables:\n- {columns: [score], results: {a: {system: A, scores: [1, 2]}}}\n"},
    {**_SOURCE, "benchmarks/b.yaml": _BENCHMARK + _TABLE % "score"}))
