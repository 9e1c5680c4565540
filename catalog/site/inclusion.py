"""What belongs into each kind of record, and what does not: the criteria of the curators, for the page `/curate` and the document.

`python -m catalog.site.inclusion` prints `docs/inclusion.md`; a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple

from catalog.kinds import all_kinds


class Inclusion(NamedTuple):
    """What belongs in and what stays out."""

    belongs: str
    stays_out: str


INCLUSION: dict[str, Inclusion] = {
    "milestones": Inclusion(
        "What histories of the field or several of its later works point back to, failures and winters included; it has a date and says what came of it.",
        "A release that only improved a number (a result of a benchmark), and what nobody but its makers calls a turning point."),
    "achievements": Inclusion(
        "Any public comparison of a machine with people, lost ones and open challenges included, with the one-line caveat that goes wherever the claim goes.",
        "“Human-level” without people: no baseline, no contest, no readers. Comparisons among machines are results of a benchmark."),
    "human_baselines": Inclusion(
        "A level of people on a benchmark that somebody states, whether measured, estimated or only assumed, with who they were as far as it is reported.",
        "A ceiling or the agreement of the labels taken for a human level without anyone saying so; people in a row of a table of results."),
    "benchmarks": Inclusion(
        "A task on which systems of different makers are compared: fixed data, a metric, results that can be cited.",
        "A test used in one paper only, and numbers on a changed split under the old name (a version of its own, or a track)."),
    "competitions": Inclusion(
        "A contest with an organiser, a date and a ranking that was published, when its outcome is told of elsewhere too.",
        "Hackathons and course contests without consequence; a leaderboard without an end is a benchmark."),
    "datasets": Inclusion(
        "A collection with a name that models of more than one group were trained or tested on, or that a milestone needed; withdrawn and lost ones stay, with the reason.",
        "Private data that nobody can describe, and subsets without a name of their own (splits of the whole)."),
    "hardware": Inclusion(
        "A device on which networks are trained or run and whose maker states what it can do; one record for a chip or card as sold.",
        "Board partners' versions that differ in the cooler only, announced products without figures, and timings (these are measurements)."),
    "measurements": Inclusion(
        "One run of the reference benchmark with the file it wrote, unchanged.",
        "Anything typed by hand or measured by another program; durations that others report are `timings` of the record they are about."),
    "models": Inclusion(
        "A named network or system that other records speak of: a result, a milestone, an application, a method.",
        "Every fine-tuned copy; submissions to a leaderboard, which stand there as printed and get no model of ours."),
    "methods": Inclusion(
        "An idea with a name that more than one model uses, with the work that introduced it and what it came from.",
        "Tricks of one paper, names for a whole model (a model), and areas of work (a topic)."),
    "frameworks": Inclusion(
        "A library or tool that models are written, trained or run with, and that others than its makers use; ended ones stay.",
        "The code of a single paper: a link of the model or method."),
    "applications": Inclusion(
        "A use that somebody outside could see: a product, a trial, a study, a demonstration; then and now beside each other, and a closed demonstration stays marked as such.",
        "Announcements without anything to look at, and advertising without a source that is not the seller's, except as what the seller claims."),
    "themes": Inclusion(
        "A concept, trend, driver or problem that sources name, each statement and each remedy with the one who says it.",
        "Our own opinions, and statements that nobody can be named for."),
    "indicators": Inclusion(
        "A dated series about the field as a whole, with its unit, how it was counted and by whom.",
        "Scores on benchmarks (results) and single figures about one thing (facts of its record)."),
    "books": Inclusion(
        "A book on the field or what it needs, one record for an edition; free copies only where authors or publisher offer them.",
        "Pirated copies, collections of papers (sources), and reprints without change."),
    "courses": Inclusion(
        "A course with named teachers whose programme or materials can be seen, in any language, ended ones included.",
        "Paid courses that show nothing without payment, and single talks (sources)."),
    "sites": Inclusion(
        "A site that many in the field use or used; one that is gone stays, with the day and what took its place.",
        "The home page of a single thing that has a record: a link of that record."),
    "people": Inclusion(
        "Someone whom another record names as maker, author, teacher or opponent; published professional facts only.",
        "Private life, addresses, opinions about the person, and people named nowhere else in the catalog."),
    "organizations": Inclusion(
        "An institution that another record names: who made, offered, taught, published or paid.",
        "Departments without a part of their own, and companies nothing here refers to."),
    "topics": Inclusion(
        "An area or task that several records belong to, at one place of the tree, with its Russian name.",
        "Synonyms (aliases), and leaves for a single record."),
    "sources": Inclusion(
        "Whatever a value is taken from, the original before the retelling, with what is needed to find it again.",
        "Sources that no record cites, texts written by machines without an author who answers for them, and search results."),
}


def to_markdown() -> str:
    """Return the document `docs/inclusion.md`."""
    lines = [
        "# What belongs in", "",
        "Generated by `python -m catalog.site.inclusion` from `catalog/site/inclusion.py` and the kinds; do not edit.", "",
        "For every kind: a record is worth having when others refer to it or readers look for it, and when each of its values",
        "has a source that can be named. What cannot be sourced is left out, however well known.", "",
    ]
    for kind in all_kinds().values():
        criteria = INCLUSION[kind.name]
        lines += [f"## {kind.label} · {kind.label_ru}", "", kind.description, "", f"- **Belongs in:** {criteria.belongs}", f"- **Stays out:** {criteria.stays_out}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(to_markdown(), end="")
