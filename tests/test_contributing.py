"""The worked examples of CONTRIBUTING.md are right: added to the real data they pass the check without a word."""

import re
import shutil
from pathlib import Path

from catalog.check import check_data
from catalog.problems import format_text

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = re.findall(r"```yaml\n# (data/\S+)\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)


def test_worked_examples_pass_the_check(tmp_path: Path):
    assert len(EXAMPLES) >= 9
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name, text in EXAMPLES:
        path = tmp_path / name
        assert not path.exists(), f"{name} is a real record"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    result = check_data(tmp_path / "data")
    added = {str(tmp_path / name) for name, _ in EXAMPLES}
    problems = [p for p in result.problems if p.severity == "error" or p.path in added and p.rule not in ("orphan", "near-duplicate")]
    assert not problems, "\n".join(map(format_text, problems))
