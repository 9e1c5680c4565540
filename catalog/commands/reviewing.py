"""The commands of the maintainer who reviews: diff, log, links."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from catalog.commands import BUILD, DATA, NOT_BUILT, PROBLEMS, WRONG_USE, Build, Data, Json, fail, say
from catalog.review.completion import complete_ref


class Format(StrEnum):
    """How a report is printed."""

    text = "text"
    markdown = "markdown"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @app.command(epilog="\b\nExample: catalog diff main\n         catalog diff v1 v2 --format json\n         catalog diff origin/main...HEAD --format markdown")
    def diff(
        base: Annotated[str, typer.Argument(help="Old revision: a branch, tag or hash, HEAD~3; also main...topic as in git.", metavar="BASE")],
        head: Annotated[str | None, typer.Argument(help="New revision; without it, the working tree.", metavar="HEAD")] = None,
        data: Data = DATA,
        format: FormatOption = Format.text,
        effects: Annotated[bool, typer.Option("--effects/--no-effects", help="Build both sides and compare the views.")] = True,
        full: Annotated[bool, typer.Option("--full", help="Show the values of all new records, however many.")] = False,
    ) -> None:
        """Show what changed between revisions, record by record.

        Records added, changed (old → new, with the sources of the new value), renamed and removed; then what that does to the
        views: new best results, crossings that moved, verdicts and disagreements that changed. The working tree is not touched.
        """
        from catalog.review.difference import compare_sides
        from catalog.review.effects import find_effects
        from catalog.review.render_json import render_json
        from catalog.review.render_markdown import render_markdown
        from catalog.review.render_text import render_text
        from catalog.review.repository import GitProblem
        from catalog.review.sides import open_sides

        say("reading both sides")
        try:
            with open_sides(data, base, head) as (old, new):
                difference = compare_sides(old, new)
                say("building both sides")
                found = find_effects(old, new, difference.renamed) if effects and difference.entries else None
        except GitProblem as error:
            raise fail(str(error), WRONG_USE) from None
        render = {"text": lambda *a: render_text(*a, full), "markdown": render_markdown, "json": render_json}
        print(render[format.value](difference, found), end="")

    @app.command(epilog="\b\nExample: catalog log datasets/mnist\n         catalog log data/datasets/mnist.yaml --json")
    def log(
        ref: Annotated[str, typer.Argument(help="The record, as kind/id.", metavar="REF", autocompletion=complete_ref)],
        data: Data = DATA,
        build: Build = BUILD,
        json: Json = False,
    ) -> None:
        """Show in which commits a record was changed."""
        from catalog.review.history import NoHistory
        from catalog.review.log import UnknownRecord, find_history, log_json, log_of, log_text

        try:
            history, remark = find_history(data, build / "history.db")
            found = log_of(history, ref, data)
        except NoHistory as error:
            raise fail(f"There is no history: {error}", NOT_BUILT) from None
        except UnknownRecord as error:
            raise fail(str(error), PROBLEMS) from None
        if remark:
            print(remark, file=sys.stderr)
        print(log_json(found) if json else log_text(found), end="")

    @app.command(epilog="\b\nExample: catalog links --kind courses --limit 50\n         catalog links --only-new --contact https://example.org\n         catalog links --limit 0 --format markdown")
    def links(
        kind: Annotated[list[str] | None, typer.Option(help="Only records of this kind; may be given again.", metavar="KIND")] = None,
        limit: Annotated[int | None, typer.Option(help="Ask at most so many; 0 shows what is known without asking.", min=0)] = None,
        only_new: Annotated[bool, typer.Option("--only-new", help="Ask only what was never asked.")] = False,
        max_age: Annotated[float, typer.Option(help="Ask again after so many days.", min=0)] = 7,
        archived: Annotated[bool, typer.Option("--archived", help="Ask the copies in web archives too.")] = False,
        contact: Annotated[str | None, typer.Option(help="Where the asked can reach you; goes into the user agent.", metavar="ADDRESS")] = None,
        delay: Annotated[float, typer.Option(help="Seconds between two requests to one host.", min=0)] = 1.0,
        timeout: Annotated[float, typer.Option(help="Seconds to wait for an answer.", min=0.1)] = 20.0,
        own_network: Annotated[bool, typer.Option("--own-network", help="Ask addresses of this machine and its network too.")] = False,
        data: Data = DATA,
        build: Build = BUILD,
        format: FormatOption = Format.text,
    ) -> None:
        """Ask the addresses of the records whether they live.

        Answers are kept in build/links.db: the next run asks only what is old, and one that is broken off goes on. Records are
        not changed. The exit code is 0 also where addresses are gone.
        """
        from catalog.kinds import all_kinds
        from catalog.review import link_report
        from catalog.review.link_ask import Manners
        from catalog.review.link_cache import BrokenCache
        from catalog.review.links import check_links
        from catalog.suggest import suggestion

        for name in kind or ():
            if name not in all_kinds():
                raise fail(f"there is no kind {name!r}: " + suggestion(name, all_kinds(), "the kinds are " + ", ".join(all_kinds())), WRONG_USE)
        manners = Manners(delay_s=delay, timeout_s=timeout, contact=contact, may_ask_own_network=own_network)
        try:
            found = check_links(
                data, build / "links.db", manners, kinds=kind or (), limit=limit, only_new=only_new, max_age_days=max_age, archived=archived,
                report=lambda number, total, answer: say(f"{number:,}/{total:,} {answer.state}: {answer.url}"))
        except (FileNotFoundError, BrokenCache) as error:
            raise fail(str(error), WRONG_USE) from None
        render = {"text": link_report.render_text, "markdown": link_report.render_markdown, "json": link_report.render_json}
        print(render[format.value](found), end="")
