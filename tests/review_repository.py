"""A git repository of a few records, made anew in `tmp_path`, for the tests of the review commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CATALOG = Path(sys.executable).with_name("catalog")

SOURCE = "type: paper\ntitle: A Paper\ndate: 2019-01-01\n"
DATASET = """name: SVHN
summary: Digits of house numbers.
topics: [digits]
modality: [image]
classes: 10
splits:
  train: {items: 73257}
  test: {items: 26032}
sources:
- {source: paper-2019-a, locator: section 3, accessed: 2026-11-01, supports: [splits], as_printed: {splits.train.items: "73,257"}}
- {source: paper-2019-a, default: true}
"""
BENCHMARK = """name: Quiz
summary: Questions.
topics: [digits]
sources:
- {source: paper-2019-a, default: true}
metrics:
  score: {name: Score, direction: higher, floor: 0, ceiling: 100, is_primary: true}
tables:
- source: paper-2019-a
  locator: table 1
  date: 2019-02
  track: single
  columns: [score]
  results:
    small: {system: Small, scores: [80.0]}
    big: {system: Big, date: 2019-06, scores: [90.0]}
"""
BASELINE = """name: People on Quiz
summary: Students.
topics: [digits]
benchmark: quiz
levels: {score: 87}
statistic: mean-person
population: Students
people: 5
basis: measured
sources:
- {source: paper-2019-a, default: true}
"""
ACHIEVEMENT = """name: Big passes people on Quiz
summary: A machine answers better.
topics: [digits]
date: 2019-06
comparison: scored-set
benchmark: quiz
metric: score
result: benchmarks/quiz#results.big
human_baseline: quiz-people
claims: ahead
status: claimed
caveat: Five students.
sources:
- {source: paper-2019-a, default: true}
"""
RECORDS = {
    "sources/paper-2019-a.yaml": SOURCE,
    "sources/paper-2020-b.yaml": "type: paper\ntitle: Another Paper\ndate: 2020\ntopics: [digits]\n",
    "topics/digits.yaml": "name: Digits\nnames: {ru: Цифры}\n",
    "datasets/svhn.yaml": DATASET,
    "benchmarks/quiz.yaml": BENCHMARK,
    "human_baselines/quiz-people.yaml": BASELINE,
    "achievements/quiz-big.yaml": ACHIEVEMENT,
}


class Repository:
    """A repository with its own author, whose commits have the dates that tests give them."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Ann Lee")
        self.git("config", "user.email", "ann@example.org")

    def git(self, *arguments: str, date: str = "2026-11-01T12:00:00+00:00") -> str:
        settings = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        settings |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=settings, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: dict[str, str | None]) -> Repository:
        """Write files below data/; None removes one."""
        for name, text in files.items():
            file = self.data / name
            if text is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return self

    def commit(self, subject: str, files: dict[str, str | None] | None = None, date: str = "2026-11-01T12:00:00+00:00") -> str:
        """Write files, commit everything, and return the hash."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject, date=date)
        return self.git("rev-parse", "HEAD")


def run(*arguments: object, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    environment = {**os.environ, **settings}
    return subprocess.run([str(CATALOG), *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
