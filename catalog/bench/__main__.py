"""Runs the benchmark: `python -m catalog.bench run`."""

from catalog.bench.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
