"""A small catalog in two languages for the tests of search, site and serving, built by the real pipeline."""

from __future__ import annotations

from pathlib import Path

from factories import TODAY, errors_of, write_data

from catalog.check import check_data
from catalog.load import Release, build_release

HOSTILE = "<script>alert(1)</script>"
FILES = {
    "sources/netzer-2011-digits.yaml": (
        "type: paper\ntitle: Reading Digits in Natural Images\nauthors: [Yuval Netzer, Tao Wang, Adam Coates, Andrew Ng]\ndate: 2011-12\n"
        "url: https://example.org/svhn.pdf\n"),
    "sources/jing-2019-survey.yaml": "type: paper\ntitle: Self-supervised Learning, a Survey\ndate: 2019\n",
    "sources/voita-2020-attention.yaml": "type: web-page\ntitle: Внимание и трансформер\nname: Attention and the transformer\nlanguage: ru\ndate: 2020\n",
    "topics/computer-vision.yaml": "name: Computer vision\nnames: {ru: Компьютерное зрение}\naliases: [CV]\n",
    "organizations/stanford.yaml": "name: Stanford University\nnames: {ru: Стэнфордский университет}\ntype: university\n",
    "organizations/chipmaker.yaml": "name: Chipmaker\ntype: company\n",
    "methods/attention.yaml": (
        "name: Attention\nnames: {ru: Механизм внимания}\nfamily: layer\nsummary: Weighs every part of the input by how much it matters.\n"
        "sources:\n- {source: voita-2020-attention, default: true}\n"),
    "methods/convolution.yaml": (
        "name: Convolutional network\nnames: {ru: Свёрточная нейронная сеть}\naliases: [CNN, ConvNet]\nfamily: architecture\n"
        "sources:\n- {source: jing-2019-survey, default: true}\n"),
    "models/resnet-50.yaml": "name: ResNet-50\nmethods: [convolution]\nsources:\n- {source: jing-2019-survey, default: true}\n",
    "models/transcoder.yaml": "name: TransCoder\nsummary: Translates programs from C++ into Java and Python.\nsources:\n- {source: jing-2019-survey, default: true}\n",
    "people/albert-camus.yaml": "name: Albert Camus\nsummary: Written with the letter C alone, and with résumé.\nsources:\n- {source: jing-2019-survey, default: true}\n",
    "datasets/svhn.yaml": (
        "name: SVHN\nnames: {ru: Номера домов}\naliases: [Street View House Numbers]\nformer_ids: [street-view]\nmodality: [image]\n"
        "summary: Digits of house numbers cut from street photographs.\ntopics: [computer-vision]\norganizations: [stanford]\nreleased: 2011\n"
        "items: 630420\nderived: {items: sum of splits}\n"
        "splits:\n  train: {items: 73257}\n  test: {items: 26032}\n  extra: {items: 531131}\n"
        "links:\n- {kind: home, url: 'https://example.org/svhn', state: gone}\nidentifiers: {wikidata: Q7624173}\n"
        "sources:\n- source: netzer-2011-digits\n  locator: section 3\n  accessed: 2026-11-20\n  supports: [splits, released]\n"
        "  as_printed: {splits.extra.items: '531,131'}\n"
        "- source: jing-2019-survey\n  locator: table 1\n  states: {items: 600000}\n  note: Rounded.\n"),
    "datasets/gone.yaml": "removed:\n  date: 2026-10-01\n  reason: Withdrawn by its makers.\n  replaced_by: datasets/svhn\n",
    "datasets/hostile.yaml": (
        f"name: Hostile {HOSTILE}\naliases: ['\"><img src=x onerror=alert(2)>']\nmodality: [image]\n"
        f"summary: 'Summary {HOSTILE} <b>bold</b>'\nannotation: '{HOSTILE}'\nnote: '{HOSTILE}'\nversion: '\"><svg onload=alert(3)>'\n"
        f"licence: '{HOSTILE}'\nitem_unit: \"'; DROP TABLE records; --\"\nsources:\n- source: jing-2019-survey\n  locator: '{HOSTILE}'\n  default: true\n"),
    "hardware/card-1.yaml": (
        "name: Card 1\nvendor: chipmaker\ntype: gpu\nannounced: 2020-05-14\nmemory_gib: 80\ntransistors: 54200000000\n"
        "sources:\n- {source: jing-2019-survey, default: true}\n"),
    "benchmarks/svhn.yaml": (
        "name: Reading house numbers\ndataset: svhn\nmetrics:\n  accuracy: {name: Accuracy, unit: '%', direction: higher, is_primary: true}\n"
        "tables:\n- source: jing-2019-survey\n  locator: table 2\n  date: 2019\n  columns: [accuracy]\n"
        "  results:\n    resnet: {model: resnet-50, scores: [96.5]}\n    other: {system: Other, by: Somebody, scores: [90.25]}\n"
        "sources:\n- {source: jing-2019-survey, default: true}\n"),
    "milestones/attention-arrives.yaml": (
        "name: Attention arrives\nnames: {ru: Появление механизма внимания}\ndate: 2014-09\ncategory: method\nmethods: [attention]\n"
        "sources:\n- {source: voita-2020-attention, default: true}\n"),
}


def build_catalog(folder: Path, more: dict[str, str] | None = None) -> Release:
    """Check and build the small catalog below a folder, with further or changed files, and return the release."""
    data = write_data(folder, {**FILES, **(more or {})})
    checked = check_data(data, today=TODAY)
    assert errors_of(checked, folder) == []
    return build_release(checked.catalog, checked.claims, data, folder / "build")
