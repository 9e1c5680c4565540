"""The benchmark itself, with torch: the real loop on the real data, the synthetic set, Ctrl-C, and everything that may be missing."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest
from bench_python import ROOT, bench, bench_python

from catalog.authoring.layout import lay_out
from catalog.bench import run_command
from catalog.bench.child import NO_TORCH, OUT_OF_MEMORY
from catalog.bench.cli import main
from catalog.bench.record_file import read_texts, to_values
from catalog.bench.running import Failed
from catalog.check import check_data

CHECKS_FILE = ROOT / "tests" / "bench_torch_checks.py"
CHECKS = [n.name for n in ast.parse(CHECKS_FILE.read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef) and "_" in n.name]


@pytest.fixture(scope="module")
def torch_checks() -> dict[str, str]:
    done = subprocess.run([bench_python(), CHECKS_FILE], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=280)
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULTS ")), None)
    assert line, done.stderr
    return json.loads(line.removeprefix("RESULTS "))


@pytest.mark.parametrize("name", CHECKS)
def test_with_torch(name: str, torch_checks: dict[str, str]):
    assert torch_checks[name] == "ok", torch_checks[name]


def read(folder: Path) -> dict[str, dict]:
    return {f.stem: to_values(read_texts(f.read_text(encoding="utf-8"))) for f in sorted(folder.glob("*.yaml"))}


def only_expected_flags(record: dict, *expected: str) -> bool:
    return set(record.get("flags", [])) - {"noisy", "dirty-code", "no-commit", "page-faults"} == set(expected)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One epoch of the lecture's loop on MNIST itself, plain and tuned, found as a stranger's machine finds it."""
    folder = tmp_path_factory.mktemp("real") / "data" / "measurements"
    done = bench("run", "mnist-ref", "--quick", "--device", "cpu", "--threads", "1", "--output", folder)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_real_loop_learns_the_real_digits(real):
    records = read(real[0])
    assert sorted(r["track"] for r in records.values()) == ["plain", "tuned"]
    for record in records.values():
        assert record["data"]["name"] == "mnist" and record["accuracy"]["parameters"] == 105_506
        assert 1.0 < record["accuracy"]["error_pct"] < 3.5  # after one epoch
        assert record["gflops"] == pytest.approx(424.656 / record["median_s"], rel=1e-4)
        assert len(record["epochs"]) == 1 and record["is_complete"] and not record["is_rankable"]
        assert record["environment"]["variables"]["malloc_mmap_threshold"] == "33554432"
        assert record["epochs"][0]["faults"] < 100 * 600, "the allocator maps the activations anew in every step"
        assert only_expected_flags(record, "quick", "few-samples")
    errors = [r["accuracy"]["error_pct"] for r in records.values()]
    assert abs(errors[0] - errors[1]) < 0.6  # the same mathematics


def test_real_records_are_those_of_the_catalog(real):
    problems = [p for p in check_data(real[0].parent).problems if "commit" not in p.what]  # an archive without git has none
    assert [p.what for p in problems if p.severity == "error"] == []
    for file in real[0].glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert lay_out(text, "measurements") == text
        assert str(Path.home()) not in text and str(ROOT) not in text
        assert f"-> {file}" in real[1].stdout


def test_synthetic_run_of_every_workload_needs_no_data_and_prints_its_twin(tmp_path: Path):
    done = bench("run", "--quick", "--synthetic", "--device", "cpu", "--threads", "1", "--json", "--output", tmp_path, "--track", "tuned", "--track", "plain",
                 env={"XDG_CACHE_HOME": str(tmp_path / "no-cache")})
    assert done.returncode == 0, done.stderr
    twins = [json.loads(line) for line in done.stdout.splitlines()]
    records = read(tmp_path)
    assert len(twins) == len(records) == 11
    assert {t["digest"]: t for t in twins} == {r["digest"]: r for r in records.values()}
    assert {r["workload"] for r in records.values()} == {"mnist-ref", "gemm", "copy", "conv2d", "attention"}
    trained = [r for r in records.values() if r["workload"] == "mnist-ref"]
    assert all("error_pct" not in r["accuracy"] and r["data"]["name"] == "synthetic" and "synthetic" in r["flags"] for r in trained)
    assert done.stderr == ""  # no progress without a terminal
    judged = bench("validate", tmp_path)
    refused = [line for line in judged.stdout.splitlines() if "refused [" in line and "commit" not in line]
    assert refused == []


def test_ctrl_c_keeps_the_finished_samples(tmp_path: Path):
    command = [str(bench_python()), "-m", "catalog.bench", "run", "mnist-ref", "--synthetic", "--track", "plain", "--threads", "1", "--seeds", "90", "--json", "--output", str(tmp_path)]
    watched, terminal = pty.openpty()  # progress is shown on a terminal only, and says when the first seed is done
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, text=True, start_new_session=True)
    os.close(terminal)
    said = b""
    try:
        while b" 1/90" not in said:
            said += os.read(watched, 4096)
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        with contextlib.suppress(OSError):  # the terminal ends with the process
            said += os.read(watched, 4096)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        os.close(watched)
    said = said.decode()
    assert "mnist-ref, plain, fp32, 1 thread" in said and "left" in said
    assert process.returncode == 130, said
    assert "Stopped. What was finished is kept." in said and "Traceback" not in said
    record = json.loads(out)
    assert record["is_complete"] is False and "incomplete" in record["flags"] and not record["is_rankable"]
    assert 1 <= len(record["samples"]) < 90 and len(record["epochs"]) == 10 * len(record["samples"])
    assert len(list(tmp_path.glob("*.yaml"))) == 1 and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (("run", "copy", "--device", "cuda"), 4, "the device 'cuda' was asked for, but"),
    (("run", "copy", "--device", "tpu"), 4, "there is no kind of device 'tpu'"),
    (("env", "--device", "xpu"), 4, "the device 'xpu' was asked for, but"),
    (("run", "mnist-ref", "--data", "."), 5, "- the folder of --data: train-images-idx3-ubyte is not there"),
])
def test_what_is_missing_has_its_exit_code_and_nothing_takes_its_place(arguments, code, said, tmp_path: Path):
    done = bench(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_environment_is_printed_with_what_torch_says(tmp_path: Path):
    found = json.loads(bench("env", "--json", "--device", "cpu", cwd=tmp_path).stdout)
    assert found["torch"].startswith("2.") and found["usable_cores"] >= 1 and len(found["torch_commit"]) == 40


# without torch, or with one that fails


class Options:
    """What the child would tell, told by the test."""

    device = {"event": "device", "name": "cpu", "type": "cpu", "capability": None, "facts": {"torch": "2.13.0"}, "readings": {}}


@pytest.fixture
def told(monkeypatch):
    """A function that sets what each job's child does."""
    monkeypatch.setattr(run_command, "find_python", lambda: "python")
    monkeypatch.setattr(run_command, "probe", lambda device, python: Options.device)

    def use(function) -> None:
        monkeypatch.setattr(run_command, "run_job", function)

    return use


def test_without_torch_the_hint_says_how_to_get_it(monkeypatch, capsys):
    def missing():
        raise Failed(NO_TORCH, "torch is not installed")

    monkeypatch.setattr(run_command, "find_python", missing)
    assert main(["run", "gemm"]) == 3
    assert "pip install torch==2.13.0 pyyaml" in capsys.readouterr().err


def test_want_of_memory_ends_only_its_workload(told, tmp_path, capsys):
    def run_job(job, told, on_event, python):
        told.take({"event": "environment", "cpu": "Example CPU 1", "usable_cores": 1, "cores": 1})
        if job.workload == "gemm":
            raise Failed(OUT_OF_MEMORY, "the memory is used up")
        told.take({"event": "sample", "sample": {"repeats": 1, "seconds": 0.5, "cpu_s": 0.5}, "epochs": [], "memory": {}})
        told.take({"event": "done"})

    told(run_job)
    assert main(["run", "gemm", "copy", "--device", "cpu", "--threads", "1", "--output", str(tmp_path)]) == 1
    out, said = capsys.readouterr()
    assert "gemm, plain, fp32, 1 thread: not measured: the memory is used up" in said
    assert out.count("-> ") == 1 and "copy, plain, fp32, 1 thread:" in out
    assert len(list(tmp_path.glob("*.yaml"))) == 1


def test_what_the_device_cannot_do_is_left_out_and_no_failure(told, tmp_path, capsys):
    def run_job(job, told, on_event, python):
        raise Failed("unsupported", "FP8 needs other units")

    told(run_job)
    assert main(["run", "attention", "--device", "cpu", "--threads", "1", "--output", str(tmp_path)]) == 0
    assert "left out: FP8 needs other units" in capsys.readouterr().err


def test_existing_records_are_skipped_when_asked(told, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(run_command.environment, "version", lambda: {"benchmark": "0.1.0", "commit": "0" * 40, "is_dirty": False})
    monkeypatch.setattr(run_command.environment, "machine", lambda: {"cpu": "Example CPU 1", "usable_cores": 1, "cores": 1})
    jobs = []

    def run_job(job, told, on_event, python):
        jobs.append(job.title)
        told.take({"event": "environment", "cpu": "Example CPU 1", "usable_cores": 1, "cores": 1})
        told.take({"event": "settings", "size_bytes": 4096})
        told.take({"event": "sample", "sample": {"repeats": 1, "seconds": 0.5, "cpu_s": 0.5}, "epochs": [], "memory": {}})
        told.take({"event": "done"})

    told(run_job)
    for _ in range(2):
        assert main(["run", "copy", "--device", "cpu", "--threads", "1", "--output", str(tmp_path), "--skip-existing"]) == 0
    assert jobs == ["copy, plain, fp32, 1 thread"]
