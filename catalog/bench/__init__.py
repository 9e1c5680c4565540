"""The reference benchmark: timings that anyone can measure again, beside what makers claim (docs/benchmark.md).

Stands outside the flow of the records: it reads no catalog and writes one file of `data/measurements/` for each run.
Only the modules that a child process runs import torch (`child` and what it needs); the others need nothing but
Python and pyyaml, so that `python -m catalog.bench` works on any machine that has torch.
"""
