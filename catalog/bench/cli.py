"""The command line of the benchmark: `catalog bench …`, or `python -m catalog.bench …` where only torch and pyyaml are installed.

Exit codes: 0 fine, 1 problems (a record is refused, a comparison too, something could not be measured), 2 wrong use,
3 no torch, 4 no such device, 5 no data, 130 stopped by Ctrl-C (what was finished is kept).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from catalog.bench.workloads import WORKLOADS

PROBLEMS, WRONG_USE, NO_TORCH, NO_DEVICE, NO_DATA, STOPPED = 1, 2, 3, 4, 5, 130
TORCH_HINT = ("PyTorch is not installed here. Install it into an environment of its own, `pip install torch==2.13.0 pyyaml`\n"
              "(https://pytorch.org/get-started says how to choose a CPU or CUDA build), and run `python -m catalog.bench` with that Python.")
_EPILOG = "Exit codes: 0 fine, 1 problems, 2 wrong use, 3 no torch, 4 no such device, 5 no data, 130 stopped (finished samples are kept)."


def _threads(text: str) -> list[str]:
    words = text.split(",")
    if not all(w == "all" or (w.isdigit() and int(w) > 0) for w in words):
        raise argparse.ArgumentTypeError(f"{text!r}: write numbers of threads and `all`, e.g. 1,all")
    return words


def _seeds(text: str) -> tuple[int, ...]:
    words = text.split(",")
    if not all(w.isdigit() for w in words) or (len(words) == 1 and not 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r}: write how many seeds (3), or which ones (1,2,3)")
    return tuple(range(1, int(text) + 1)) if len(words) == 1 else tuple(dict.fromkeys(map(int, words)))


def make_parser(program: str) -> argparse.ArgumentParser:
    """Return the parser; its texts are what docs/commands.md shows."""
    parser = argparse.ArgumentParser(program, description="The reference benchmark: timings that anyone can measure again (docs/benchmark.md).", epilog=_EPILOG)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="what can be measured", description="List the workloads and their tracks.")
    listing.add_argument("--json", action="store_true", help="print JSON for programs")

    run = commands.add_parser("run", help="measure, and write a record for each run", description="Measure workloads and write a record for each run.", epilog=_EPILOG)
    run.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"{', '.join(WORKLOADS)}; without one, all")
    run.add_argument("--all", action="store_true", help="every workload, plain and tuned, with 1 and all threads (the same as without any argument)")
    run.add_argument("--device", default="auto", metavar="NAME", help="auto (default: the first accelerator, else cpu), cpu, cuda, cuda:1, mps, xpu")
    run.add_argument("--threads", type=_threads, default=["1", "all"], metavar="N", help="threads on the processor: numbers and `all` (default: 1,all)")
    run.add_argument("--track", action="append", choices=("plain", "tuned", "open"), help="of mnist-ref; once for each (default: plain and tuned)")
    run.add_argument("--seeds", type=_seeds, default=(1, 2, 3), metavar="N", help="how many seeds (default: 3), or which: 1,2,3")
    run.add_argument("--quick", action="store_true", help="a trial: 1 epoch, 1 seed, small kernels, all threads only; never ranked")
    run.add_argument("--synthetic", action="store_true", help="a tiny made-up set instead of MNIST: needs no data, measures no accuracy, never ranked")
    run.add_argument("--data", type=Path, metavar="DIR", help="folder with the MNIST files, raw or .gz")
    run.add_argument("--output", type=Path, metavar="DIR", help="folder for the records (default: data/measurements where there is a data folder, else measurements)")
    run.add_argument("--hardware", metavar="ID", help="id of the device's record in data/hardware, where its name alone does not tell")
    run.add_argument("--note", metavar="TEXT", help="a remark to keep with the records")
    run.add_argument("--skip-existing", action="store_true", help="leave out what the output folder has already for this device, day and commit")
    run.add_argument("--dry-run", action="store_true", help="print what would run, its memory, work and time; start and write nothing")
    run.add_argument("--json", action="store_true", help="print each record as a line of JSON, too")
    run.add_argument("--quiet", action="store_true", help="no progress")

    validate = commands.add_parser("validate", help="check records", description="Compute the summaries of records again and refuse what cannot be true.")
    validate.add_argument("records", nargs="*", type=Path, metavar="FILE", help="records or folders of them; without one, data/measurements")
    validate.add_argument("--json", action="store_true", help="print JSON for programs")

    compare = commands.add_parser("compare", help="how much faster one record is than another", description="Compare two records, if they can be compared.")
    compare.add_argument("a", type=Path, metavar="A")
    compare.add_argument("b", type=Path, metavar="B")
    compare.add_argument("--json", action="store_true", help="print JSON for programs")

    plot = commands.add_parser("plot", help="draw records as SVG files", description="Draw loss and error by epoch, the samples, and the roofline of each device.")
    plot.add_argument("records", nargs="*", type=Path, metavar="FILE", help="records or folders of them; without one, data/measurements")
    plot.add_argument("--output", type=Path, default=Path("plots"), metavar="DIR", help="folder for the drawings (default: plots)")

    env = commands.add_parser("env", help="what a record would say of this machine", description="Print the environment record; nothing in it names the machine or its user.")
    env.add_argument("--device", default="auto", metavar="NAME", help="as of run")
    env.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


def main(arguments: list[str] | None = None, program: str = "catalog bench") -> int:
    """Run a command and return its exit code."""
    parser = make_parser(program)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as ended:  # argparse's own end: 0 after --help, 2 after wrong use
        return int(ended.code or 0)
    if options.command == "run":
        unknown = [w for w in options.workloads if w not in WORKLOADS]
        if unknown:
            print(f"there is no workload {unknown[0]!r}; there are {', '.join(WORKLOADS)}", file=sys.stderr)
            return WRONG_USE
        from catalog.bench.run_command import run

        return run(options)
    from catalog.bench import record_commands

    try:
        return getattr(record_commands, f"{options.command}_command")(options)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
