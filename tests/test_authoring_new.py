"""`catalog new`: skeletons, ids, identifiers, and refusing what is there already."""

from __future__ import annotations

import os
import pty
import select
import sys
from pathlib import Path

import pytest
from factories import validate, write_data
from typer.testing import CliRunner

from catalog.authoring.identifiers import InvalidIdentifier, identify
from catalog.authoring.layout import lay_out
from catalog.authoring.naming import family_name, fold, slugify, source_slug
from catalog.authoring.skeleton import write_skeleton
from catalog.cli import app
from catalog.kinds import all_kinds

KINDS = [k for k in all_kinds().values() if k.name != "measurements"]
RECORDS = {
    "sources/2017/vaswani-2017-attention.yaml": "type: paper\ntitle: Attention Is All You Need\nidentifiers: {arxiv: '1706.03762', doi: 10.48550/arXiv.1706.03762}\n",
    "sources/geron-2019-hands.yaml": "type: book\ntitle: Hands-On Machine Learning\nidentifiers: {isbn13: 978-1-4920-3264-9}\nurl: https://www.example.org/book/\n",
    "topics/vision.yaml": "name: Computer vision\nnames: {ru: Компьютерное зрение}\naliases: [Machine vision]\nformer_ids: [sight]\n",
    "topics/seeing.yaml": "removed: {date: 2026-01-05, reason: Twice}\n",
    "datasets/broken.yaml": "name: Broken set\nmodality: [picture\n",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path, RECORDS)


def new(data: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["new", *arguments, "--data", str(data)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output.replace(str(data), "data")


def uncommented(text: str) -> str:
    """Return a skeleton with every field in use."""
    return "\n".join(line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in text.split("\n"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_skeleton_holds_every_field_in_a_form_that_is_right(kind):
    text = write_skeleton(kind)
    used = uncommented(text).replace("  - source:\n    default: true", "  - {source: a, default: true}")
    _, problems = validate(used, kind.name)
    forms = [p for p in problems if p.rule not in ("empty-value", "missing-field")]
    assert [p.what for p in forms if "fewer than" not in p.what and "empty" not in p.what] == []
    written = {line.partition(":")[0] for line in used.split("\n") if line[:1].isalpha()}
    assert written >= {n for n, s in kind.fields.items() if not s.hidden} - {"former_ids", "review_by"}
    assert max(len(line) for line in text.split("\n")) <= 120


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_skeleton_leaves_open_only_what_is_required(kind):
    _, problems = validate(write_skeleton(kind), kind.name)
    open_fields = {p.what.partition(":")[0].partition(".")[0] for p in problems}
    assert open_fields == {n for n, s in kind.fields.items() if s.required} | ({"sources"} if kind.needs_sources else set())


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_skeleton_is_in_the_canonical_layout(kind):
    text = write_skeleton(kind, {"name": "A: name", "identifiers": {"doi": "10.1/x"}})
    laid_out = lay_out(text, kind.name)
    assert lay_out(laid_out, kind.name) == laid_out
    assert sorted(laid_out.split("\n")) == sorted(text.split("\n"))


def test_dataset(data: Path):
    code, said = new(data, "dataset", "Fashion-MNIST")
    assert (code, said.split("\n")[:2]) == (
        0, ["data/datasets/fashion-mnist.yaml is written.", "Fill in modality, sources with an editor; every field is explained there. Then:"])
    text = (data / "datasets/fashion-mnist.yaml").read_text(encoding="utf-8")
    assert "\nname: Fashion-MNIST\n" in text
    assert "# What its items are. A list of image, video, audio, speech, text, code, tabular, graph, 3d" in text
    assert "\n#released: 2016-03-09\n" in text


def test_arxiv_fills_date_address_and_identifier(data: Path):
    code, said = new(data, "source", "arXiv:1512.03385v1", "--title", "Deep Residual Learning for Image Recognition", "--author", "Kaiming He",
                     "--author", "Xiangyu Zhang", "--type", "paper")
    assert (code, said.split("\n")[0]) == (0, "data/sources/2015/he-2015-residual.yaml is written.")
    lines = [line for line in (data / "sources/2015/he-2015-residual.yaml").read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    assert lines == [
        "type: paper", "title: Deep Residual Learning for Image Recognition", "authors: [Kaiming He, Xiangyu Zhang]", "date: 2015-12",
        "url: https://arxiv.org/abs/1512.03385", "version: v1", 'identifiers: {arxiv: "1512.03385"}']


@pytest.mark.parametrize(("text", "fields"), [
    ("https://arxiv.org/pdf/cs/0112017.pdf", {"date": "2001-12", "url": "https://arxiv.org/abs/cs/0112017", "identifiers": {"arxiv": "cs/0112017"}}),
    ("doi:10.1038/nature16961", {"url": "https://doi.org/10.1038/nature16961", "identifiers": {"doi": "10.1038/nature16961"}}),
    ("https://doi.org/10.1038/nature16961", {"url": "https://doi.org/10.1038/nature16961", "identifiers": {"doi": "10.1038/nature16961"}}),
    ("doi:10.48550/arXiv.1706.03762", {
        "date": "2017-06", "url": "https://arxiv.org/abs/1706.03762", "identifiers": {"arxiv": "1706.03762", "doi": "10.48550/arXiv.1706.03762"}}),
    ("isbn:978-1-61729-619-2", {"identifiers": {"isbn13": "978-1-61729-619-2"}}),
    ("ISBN-10: 0-262-03561-8", {"identifiers": {"isbn13": "9780262035613", "isbn10": "0-262-03561-8"}}),
    ("https://example.org/page", {"url": "https://example.org/page"}),
])
def test_what_an_identifier_tells(text: str, fields: dict):
    assert identify(text).fields == fields


@pytest.mark.parametrize(("text", "said"), [
    ("isbn:978-1-61729-619-3", "isbn13: 978-1-61729-619-3 is no ISBN: its check digit is 3, the other digits give 2"),
    ("arxiv:1706.3762", "arxiv: 1706.3762 is no number of 2017-06: numbers of that month have 5 digits after the point"),
    ("arxiv:it's", "arxiv: \"it's\" is no arXiv number"), ("doi:nature16961", "doi: 'nature16961' is no DOI"),
])
def test_wrong_identifiers_are_refused(data: Path, text: str, said: str):
    with pytest.raises(InvalidIdentifier) as error:
        identify(text)
    assert str(error.value).split("\nfix: ")[0] == said
    assert new(data, "source", text)[0] == 2


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (("topic", "computer VISION"), 1, "data/topics/vision.yaml is called 'Computer vision'; mend that file, or, if this is another thing, repeat the command with --anyway"),
    (("topic", "Machine-vision"), 1, "data/topics/vision.yaml is called 'Machine vision'"), (("topics", "компьютерное зрение"), 1, "data/topics/vision.yaml is called"),
    (("topic", "Vision", "--anyway"), 1, "data/topics/vision.yaml is there already: mend that file, or choose another id with --id"),
    (("topic", "Sight"), 1, "sight is the former id of data/topics/vision.yaml"), (("topic", "Seeing"), 1, "data/topics/seeing.yaml says that this record was removed"),
    (("source", "arxiv:1706.03762v5"), 1, "data/sources/2017/vaswani-2017-attention.yaml has arxiv 1706.03762 already"),
    (("source", "https://example.org/book"), 1, "data/sources/geron-2019-hands.yaml has url https://example.org/book already"),
    (("source", "isbn:9781492032649"), 1, "data/sources/geron-2019-hands.yaml has isbn13 9781492032649 already"),
    (("dataset", "Broken"), 1, "data/datasets/broken.yaml is there already"),
    (("source", "A title of nobody"), 2, "the id cannot be made: give title, authors and date (--title, --author, --date), or the id itself (--id)"),
    (("topic",), 2, "the id cannot be made: give a name, or the id itself (--id)"), (("topic", "Sport", "--id", "Sport!"), 2, "'Sport!' cannot be an id"),
    (("picture", "X"), 2, "there is no kind 'picture': the kinds are "), (("datset", "X"), 2, "there is no kind 'datset': did you mean 'datasets'?"),
    (("dataset", "X", "--date", "2016"), 2, "datasets have no field 'date'"), (("organization", "X", "--type", "shop"), 2, "type: 'shop' is none of the allowed values"),
    (("measurement", "X"), 2, "measurements are written by the benchmark, never by hand"),
])
def test_refusals_name_the_record_and_the_way_out(data: Path, arguments: tuple[str, ...], code: int, said: str):
    before = sorted(data.rglob("*"))
    result = new(data, *arguments)
    assert result[0] == code
    assert result[1].startswith(said), result[1]
    assert sorted(data.rglob("*")) == before


def test_another_thing_of_the_same_name_may_be_made(data: Path):
    assert new(data, "topic", "Machine vision", "--anyway")[0] == 0
    assert (data / "topics/machine-vision.yaml").is_file()


def test_id_of_a_missing_source_as_the_check_names_it(data: Path):
    code, said = new(data, "sources", "lecun-1998-gradient")
    assert (code, said.split("\n")[0]) == (0, "data/sources/1998/lecun-1998-gradient.yaml is written.")


def test_dry_run_writes_nothing(data: Path):
    code, said = new(data, "person", "Ada Example", "--dry-run")
    assert (code, "name: Ada Example" in said, (data / "people").exists()) == (0, True, False)


def test_no_data_folder(tmp_path: Path):
    assert new(tmp_path / "nothing", "topic", "X") == (2, "there is no data folder data\nRun the command where the folder data/ is, or name it with --data.\n")


@pytest.mark.parametrize(("title", "author", "taken", "slug"), [
    ("Deep Learning", "Yann LeCun", set(), "lecun-2015-deep"), ("Deep Residual Learning", "He, Kaiming", {"he-2015-residual"}, "he-2015-deep"),
    ("Обучение с подкреплением", "А. Г. Дьяконов", set(), "dyakonov-2015-obuchenie"), ("On X", "Li Fei-Fei", set(), "feifei-2015-on"),
])
def test_source_ids(title: str, author: str, taken: set[str], slug: str):
    assert source_slug(title, author, "2015", taken) == slug


def test_names_and_ids_fold():
    assert slugify("Ñandú: 3D—ROC'n'roll!") == "nandu-3d-rocnroll"
    assert len(slugify("word " * 40)) <= 80 and not slugify("word " * 40).endswith("-")
    assert fold("Ёлка Lopéz") == fold("елка-lopez")
    assert family_name("David Brown et al.") == "Brown"


def test_questions_on_a_terminal(data: Path):
    """Answer as a person would, wrong choice included; Enter takes the proposed id."""
    answers = ["Reading Digits", "Ada Byron; Bob Li", "2019-13", "2019-12", "papr", "paper", ""]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", "from catalog.cli import main; main()", "new", "source", "--data", str(data)])
    seen = ""
    while select.select([terminal], [], [], 30)[0]:
        try:
            seen += os.read(terminal, 4096).decode()
        except OSError:
            break
        if seen.endswith("> ") and answers:
            os.write(terminal, (answers.pop(0) + "\n").encode())
            seen += "\n"
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, seen
    assert "there is no month 13" in seen and "'papr' is none of the allowed values: did you mean 'paper'?" in seen
    text = (data / "sources/2019/byron-2019-reading.yaml").read_text(encoding="utf-8")
    assert "\nauthors: [Ada Byron, Bob Li]\n" in text and "\ntype: paper\n" in text
