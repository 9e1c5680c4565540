"""`bench run`: from the command line to jobs, through child processes, to records. Needs no torch itself."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from catalog.bench import environment, planning
from catalog.bench.child import NO_DEVICE, UNSUPPORTED
from catalog.bench.child import NO_TORCH as TORCH_MISSING
from catalog.bench.cli import NO_DATA, NO_TORCH, PROBLEMS, STOPPED, TORCH_HINT, WRONG_USE
from catalog.bench.cli import NO_DEVICE as DEVICE_CODE
from catalog.bench.data_places import NoData, find_mnist
from catalog.bench.hardware_records import find_device, read_hardware, read_names
from catalog.bench.progress import Progress
from catalog.bench.record_file import read_texts, to_values, to_yaml, write_new
from catalog.bench.recording import device_name, make_record, stem_of
from catalog.bench.running import Failed, Told, find_python, probe, run_job
from catalog.bench.summary import measured
from catalog.bench.threads import usable_cores
from catalog.bench.workloads import WORKLOADS, Job, make_jobs

LEAST_COPY_BYTES, CACHE_FACTOR = 256 * 2**20, 4  # where the size of the cache is unknown; the design's factor
ACCELERATOR_COPY_BYTES = 2**30  # four times the cache of AMD's MI300X, 256 MiB
QUICK = {"epochs": 1, "seeds": (1,), "samples": 3, "seconds": 0.1, "sizes": (512, 1024)}


def plan_jobs(options: argparse.Namespace, device: str, memory_gib: float | None = None) -> list[Job]:
    """Return the jobs that the options ask for on a device, made to fit into its memory.

    Args:
        device: As torch names it: `cpu`, `cuda:1`.
        memory_gib: Memory of an accelerator, None where it is not known; the processor's is asked for here.
    """
    usable = usable_cores()
    asked = ["all"] if options.quick and options.threads == ["1", "all"] else options.threads
    threads = list(dict.fromkeys(usable if t == "all" else int(t) for t in asked)) if device.startswith("cpu") else [usable]
    common: dict[str, Any] = {"seeds": options.seeds, "is_quick": options.quick, "is_synthetic": options.synthetic}
    if options.quick:
        common |= QUICK
    enough = ACCELERATOR_COPY_BYTES if device != "cpu" else max(LEAST_COPY_BYTES, CACHE_FACTOR * (environment.last_level_cache() or 0))
    common["copy_bytes"] = (64 * 2**20) if options.quick else enough
    jobs = make_jobs(options.workloads or list(WORKLOADS), options.track or ["plain", "tuned"], device.partition(":")[0], threads, **common)
    available = planning.available_mib() if device == "cpu" else round(memory_gib * 1024) if memory_gib else None
    for job in jobs:
        job.device = device
        planning.fit(job, available)
    return jobs


def print_plan(jobs: list[Job]) -> None:
    """Print what would run: memory, work and time of each job."""
    print(f"{'job':<58} {'memory':>9} {'work':>13} {'time':>8}")
    for job in jobs:
        flop = planning.flop_estimate(job)
        work = f"{flop / 1e9:,.0f} GFLOP" if flop else f"{job.samples} × {job.seconds:g} s"
        print(f"{job.title:<58} {planning.memory_mib(job):>5} MiB {work:>13} {planning.text_of_seconds(planning.seconds_estimate(job)):>8}")
    total = sum(map(planning.seconds_estimate, jobs))
    print(f"{len(jobs)} jobs, about {planning.text_of_seconds(total)}. Nothing was started, read or written.")


def fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    if options.dry_run:
        print_plan(plan_jobs(options, "cpu" if options.device == "auto" else options.device))
        return 0
    try:
        python = find_python()
        device = probe(options.device, python)
    except Failed as error:
        if error.kind == TORCH_MISSING:
            return fail(TORCH_HINT, NO_TORCH)
        return fail(str(error), DEVICE_CODE if error.kind == NO_DEVICE else PROBLEMS)
    except KeyboardInterrupt:
        return STOPPED
    jobs = plan_jobs(options, device["name"], device["facts"].get("gpu_memory_gib"))
    output = options.output or (Path("data/measurements") if Path("data").is_dir() else Path("measurements"))
    records = output.parent
    called = device_name(jobs[0], {**environment.machine(), **device["facts"]})
    hardware = options.hardware or (find_device(read_names(records), called) if (records / "hardware").is_dir() else None)
    if options.hardware and (records / "hardware").is_dir() and read_hardware(records, options.hardware) is None:
        return fail(f"there is no record data/hardware/{options.hardware}.yaml", WRONG_USE)
    if options.skip_existing:
        jobs = [job for job in jobs if not _is_there(job, output, called)]
    try:
        if not options.synthetic and any(job.workload == "mnist-ref" for job in jobs):
            folder = find_mnist(options.data, lambda text: None if options.quiet else print(text, file=sys.stderr))
            for job in jobs:
                job.folder = str(folder)
    except NoData as error:
        return fail(str(error), NO_DATA)
    except KeyboardInterrupt:
        return STOPPED
    return _Runner(options, jobs, output, hardware, python).run()


class _Runner:
    """Runs the jobs one after another and writes their records."""

    def __init__(self, options: argparse.Namespace, jobs: list[Job], output: Path, hardware: str | None, python: str):
        self.options, self.jobs, self.output, self.hardware, self.python = options, jobs, output, hardware, python
        self.progress = Progress([planning.seconds_estimate(job) for job in jobs], is_quiet=options.quiet)

    def run(self) -> int:
        code = 0
        for job in self.jobs:
            told, begun, stop = Told(), time.monotonic(), False
            total = len(job.seeds) if job.workload == "mnist-ref" else job.samples
            self.progress.show(job.title, 0, total)
            try:
                run_job(job, told, lambda event, j=job, t=told, n=total: self._show(event, j, t, n), self.python)
            except Failed as error:
                self.progress.clear()
                print(f"{job.title}: {'left out: ' if error.kind == UNSUPPORTED else 'not measured: '}{error}", file=sys.stderr)
                code = code if error.kind == UNSUPPORTED else PROBLEMS
                if error.kind == NO_DEVICE:
                    return DEVICE_CODE
            except KeyboardInterrupt:
                stop = True
            self.progress.finish_job()
            self._write(job, told, time.monotonic() - begun)
            if stop:
                return fail("Stopped. What was finished is kept.", STOPPED)
        return code

    def _show(self, event: dict[str, Any], job: Job, told: Told, total: int) -> None:
        if event["event"] == "sample":
            self.progress.show(job.title, len(measured({"samples": told.samples})), total)

    def _write(self, job: Job, told: Told, seconds: float) -> None:
        """Write the record of what was told, unless no sample was finished."""
        if not measured({"samples": told.samples}):
            return
        record = make_record(job, told, date.today().isoformat(), self.hardware, seconds, self.options.note)
        file = write_new(self.output, stem_of(record), to_yaml(record))
        if self.options.json:
            print(json.dumps(record, ensure_ascii=False), flush=True)
        else:
            print(line_of(record, file), flush=True)


def line_of(record: dict[str, Any], file: Path) -> str:
    """Return one line about a record for whoever waits for it."""
    rate = f"{record['gflops']:.4g} GFLOPS" if "gflops" in record else f"{record['gb_s']:.4g} GB/s" if "gb_s" in record else ""
    error = f"error {record['accuracy']['error_pct']:.2f} %" if "error_pct" in record["accuracy"] else ""
    flags = f"[{', '.join(record['flags'])}]" if record.get("flags") else ""
    return "  ".join(filter(None, (f"{record['name'].partition(':')[0]}:", f"{record['median_s']:.4g} s", rate, error, flags, f"-> {file}")))


def _is_there(job: Job, output: Path, called: str) -> bool:
    """Say whether the folder holds a complete record of the job, of this device, day and commit."""
    commit, day = environment.version().get("commit"), date.today().isoformat()
    for file in output.glob(f"{day}-{job.workload}*.yaml"):
        record = to_values(read_texts(file.read_text(encoding="utf-8")))
        settings = record.get("settings", {})
        same = (record.get("track"), record.get("precision"), settings.get("direction", "forward"), record.get("device_name"), settings.get("is_quick", False))
        threads = settings.get("threads") == job.threads
        if same == (job.track, job.precision, job.direction, called, job.is_quick) and threads and record.get("is_complete") and record["environment"].get("commit") == commit:
            return True
    return False
