"""How fast the benchmark's loops are beside a plain script of the lecture's lines, in alternation: A B B A, slice after slice.

Run with the Python that has torch: `.venv-bench/bin/python scripts/measure_bench.py [--rounds 8] [--steps 100] [--threads 1]`.
Ratios are of the time by the clock, and of the processor's time, which a busy neighbour changes less. Synthetic images
of the real shape are used: what is in them does not change the speed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from catalog.bench.running import MALLOC

if any(os.environ.get(name) != value for name, value in MALLOC.items()):  # glibc reads them at the start of the process only
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **MALLOC})

warnings.filterwarnings("ignore", message=".*NumPy.*")
import torch  # noqa: E402
from torch import nn  # noqa: E402

from catalog.bench.images import Images  # noqa: E402
from catalog.bench.training import PlainTraining  # noqa: E402
from catalog.bench.tuned import TunedTraining  # noqa: E402


class Script:
    """The lecture's lines as they stand there; nothing of the benchmark."""

    def __init__(self, train_input: torch.Tensor, train_target: torch.Tensor):
        torch.manual_seed(1)
        self.train_input, self.train_target = train_input, train_target
        self.model = nn.Sequential(
            nn.Conv2d(1, 32, 5), nn.MaxPool2d(3), nn.ReLU(),
            nn.Conv2d(32, 64, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Flatten(),
            nn.Linear(256, 200), nn.ReLU(),
            nn.Linear(200, 10),
        )
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def run(self) -> None:
        model, criterion, optimizer, batch_size = self.model, self.criterion, self.optimizer, 100
        for input, target in zip(self.train_input.split(batch_size), self.train_target.split(batch_size), strict=True):
            output = model(input)
            loss = criterion(output, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def alternate(a, b, rounds: int) -> None:
    """Print the ratio B : A of each round A B B A by the clock and by processor time: median and range."""
    ratios: dict[str, list[float]] = {"clock": [], "processor": []}
    for _ in range(rounds):
        taken = []
        for work in (a, b, b, a):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            taken.append((time.perf_counter() - wall, time.process_time() - cpu))
        for i, name in enumerate(ratios):
            ratios[name].append((taken[1][i] + taken[2][i]) / (taken[0][i] + taken[3][i]))
    for name, values in ratios.items():
        print(f"  {name:<10} median {statistics.median(values):.3f}, from {min(values):.3f} to {max(values):.3f} in {len(values)} rounds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    count = 100 * options.steps
    inputs, targets = torch.randn(count, 1, 28, 28), torch.randint(0, 10, (count,))

    def images() -> Images:
        return Images(inputs.clone(), targets, inputs[:100].clone(), targets[:100], 0.0, 1.0)

    script = Script(inputs, targets)
    plain, tuned = PlainTraining(images(), "cpu"), TunedTraining(images(), "cpu")
    for training in (plain, tuned):
        training.start(1)
        training.epoch(20)
    script.run()
    print(f"{options.threads} thread(s), slices of {options.steps} steps; ratios of time, smaller is faster")
    print("the track plain : the plain script")
    alternate(script.run, plain.epoch, options.rounds)
    print("the track tuned : the track plain")
    alternate(plain.epoch, tuned.epoch, options.rounds)


if __name__ == "__main__":
    main()
