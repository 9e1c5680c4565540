"""The benchmark's counters: the contention gauge, the meter, threads, sampling by a fake clock, NVML and energy. No torch, no GPU."""

from __future__ import annotations

import ctypes
import types

import pytest

from catalog.bench import threads
from catalog.bench.contention import is_clean
from catalog.bench.energy import measure_energy, read_at_work
from catalog.bench.meter import MachineSource, Reading, add, difference
from catalog.bench.nvml import NoCounters, Nvml
from catalog.bench.sampling import Sampler, search_size
from catalog.bench.workloads import flop_of

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


def test_nvml_finds_the_device_by_what_tells_it_from_its_neighbours_never_by_number():
    """`CUDA_VISIBLE_DEVICES=1` makes the second device torch's number 0."""
    asked = []
    library = nvml_library([0])
    library.nvmlDeviceGetHandleByUUID = lambda uuid, device: asked.append(uuid) or (0 if uuid == b"GPU-1b2c" else 6)
    library.nvmlDeviceGetHandleByIndex_v2 = lambda index, device: pytest.fail("asked by number")
    Nvml(0, library, uuid="1b2c")
    Nvml(0, library, uuid="GPU-1b2c")
    assert asked == [b"GPU-1b2c"] * 2
    with pytest.raises(NoCounters):
        Nvml(0, library, uuid="77")


def test_device_is_read_while_it_works():
    log: list[str] = []
    source = FakeSource()

    def operation():
        log.append("queue")
        source.work(0.1)

    found = read_at_work(lambda: log.append("read") or 1755, operation, lambda: log.append("wait"), lambda: source.now)
    assert found == 1755
    assert log == ["queue", "wait"] * 3 + ["queue"] * 3 + ["read", "wait"]


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
