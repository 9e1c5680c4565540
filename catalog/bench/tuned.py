"""Track `tuned` of mnist-ref: the same mathematics, another order in memory and fewer steps of the program. Imports torch.

On the processor: images and weights in channels-last order, which spares the convolution library a copy of every
activation there and back, and one fused kernel for the gradient step. Compilation was tried and not kept: it is
1.5 times faster than plain alone, and slower than plain together with channels-last.
On an NVIDIA accelerator also: all steps of an epoch are captured once as a graph and replayed, so that starting kernels
takes no time of the program; the step is compiled and the gradient step fused, where the device and torch can.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from catalog.bench.devices import is_out_of_memory
from catalog.bench.images import Images
from catalog.bench.training import WARM_UP_STEPS, PlainTraining, make_seeded
from catalog.bench.workloads import BATCH, LEARNING_RATE

Tensor = torch.Tensor


def make_optimizer(network: nn.Module) -> tuple[torch.optim.Optimizer, str]:
    """Return gradient descent in one kernel where the device has it, and its name."""
    with contextlib.suppress(RuntimeError, NotImplementedError):
        return torch.optim.SGD(network.parameters(), lr=LEARNING_RATE, fused=True), "sgd-fused"
    return make_foreach(network)


def make_foreach(network: nn.Module) -> tuple[torch.optim.Optimizer, str]:
    """Return gradient descent in one call for all weights, which may be several kernels, and its name."""
    return torch.optim.SGD(network.parameters(), lr=LEARNING_RATE, foreach=True), "sgd-foreach"


class TunedTraining(PlainTraining):
    """Trains with channels-last order and a fused gradient step."""

    def __init__(self, images: Images, device: str, batch_size: int = BATCH):
        super().__init__(images, device, batch_size)
        images.train_input = images.train_input.contiguous(memory_format=torch.channels_last)
        images.test_input = images.test_input.contiguous(memory_format=torch.channels_last)
        self.describe = {"optimizer": "sgd", "memory_format": "channels-last", "compilation": "none"}

    def start(self, seed: int) -> None:
        self.network = make_seeded(seed, self.device).to(memory_format=torch.channels_last)
        self.criterion = nn.CrossEntropyLoss().to(self.device)
        self.optimizer, self.describe["optimizer"] = make_optimizer(self.network)


class CapturedTraining(TunedTraining):
    """Trains by replaying a graph that holds every step of an epoch.

    The network lives as long as the graph: a new seed is put into its tensors in place. `describe` names the way that was
    captured, and what kept a faster one from it.

    Args:
        cuda: `torch.cuda`, or a fake of it.
        compile: `torch.compile`, or None to leave the step as it is.
    """

    def __init__(self, images: Images, device: str, batch_size: int = BATCH, cuda: Any = None, compile: Callable | None = None):
        super().__init__(images, device, batch_size)
        self.cuda, self.compile = cuda or torch.cuda, compile
        self.graph: Any = None

    def warm_up(self) -> None:
        """Capture an epoch in the fastest way that works here, and note which.

        Raises:
            Exception: Whatever stopped the last, simplest way; at once if memory is used up.
        """
        failed, main = [], self.cuda.current_stream()
        for name, compile, optimizer in self._ways():
            try:
                self._capture(compile, optimizer)
            except Exception as error:  # compilers and captures fail in many ways: none there, no headers, a kernel that waits
                if is_out_of_memory(error) or name == "cuda-graph":
                    raise
                failed.append(f"{name} failed: {type(error).__name__}")
                self.cuda.set_stream(main)  # a capture that breaks off leaves its own stream behind as the current one
                self.cuda.synchronize()
            else:
                self.describe["compilation"] = f"{name} ({', '.join(failed)})" if failed else name
                return

    def _ways(self) -> Iterator[tuple[str, Callable | None, Callable]]:
        """Yield name, compiler and maker of the optimizer of each way to step, the fastest first.

        The fused gradient step refuses gradients whose strides are not those of their weights (FusedSgdKernel.cu,
        `check_fast_path_restrictions`), and the compiler and the convolution library choose strides of their own; the
        other one takes any.
        """
        if self.compile is not None:
            yield "inductor, cuda-graph", self.compile, make_optimizer
            yield "inductor, cuda-graph, unfused", self.compile, make_foreach
        yield "cuda-graph, fused", None, make_optimizer
        yield "cuda-graph", None, make_foreach

    def _capture(self, compile: Callable | None, optimizer: Callable) -> None:
        """Run some steps on a stream of their own, as capturing demands, and capture an epoch on the same stream.

        One stream for all: autograd's nodes that add up gradients remember theirs, and would have the capture wait for another.
        """
        super().start(0)
        self.optimizer, self.describe["optimizer"] = optimizer(self.network)
        self.forward = compile(self._loss) if compile else self._loss
        pairs = list(self.batches(None))
        self.losses = torch.zeros(len(pairs), device=self.device)
        stream = self.cuda.Stream()
        stream.wait_stream(self.cuda.current_stream())
        with self.cuda.stream(stream):
            self._run_steps(pairs[:WARM_UP_STEPS])
            self.optimizer.zero_grad(set_to_none=True)
        self.cuda.current_stream().wait_stream(stream)
        graph = self.cuda.CUDAGraph()
        with self.cuda.graph(graph, stream=stream):
            self._run_steps(pairs)
        self.cuda.synchronize()
        self.graph = graph

    def _loss(self, input: Tensor, target: Tensor) -> Tensor:
        return self.criterion(self.network(input), target)

    def _run_steps(self, pairs: list[tuple[Tensor, Tensor]]) -> None:
        for i, (input, target) in enumerate(pairs):
            self.optimizer.zero_grad(set_to_none=True)  # the graph's own memory is used again in every step
            loss = self.forward(input, target)
            loss.backward()
            self.optimizer.step()
            self.losses[i].copy_(loss.detach())

    def start(self, seed: int) -> None:
        """Put the weights of a new network into the captured one."""
        if self.graph is None:
            self.warm_up()
        self.network.load_state_dict(make_seeded(seed, self.device).state_dict())

    def epoch(self, steps: int | None = None) -> list[Tensor]:
        self.graph.replay()
        return list(self.losses.clone().unbind()) if steps is None else list(self.losses[:steps].clone().unbind())


def make_training(track: str, images: Images, device: Any, batch_size: int, precision: str) -> PlainTraining:
    """Return the training of a track on a device.

    Args:
        device: A `devices.Device`.
        precision: `fp32`, or `bf16` in the open track: products in bf16, weights in fp32.
    """
    if track == "plain":
        return PlainTraining(images, device.name, batch_size)
    if track == "open":
        return OpenTraining(images, device.name, batch_size)
    if device.type == "cuda" and not images.is_bytes:  # bytes would be scaled inside the graph: not tried
        return CapturedTraining(images, device.name, batch_size, compile=torch.compile)
    return TunedTraining(images, device.name, batch_size)


class OpenTraining(TunedTraining):
    """Track `open`: products in bf16, everything else as tuned; other mathematics, so never ranked with the other tracks."""

    def start(self, seed: int) -> None:
        super().start(seed)
        network, kind = self.network, torch.device(self.device).type

        def mixed(input: Tensor) -> Tensor:
            with torch.autocast(kind, torch.bfloat16):
                return network(input)

        self._mixed = mixed

    def epoch(self, steps: int | None = None) -> list[Tensor]:
        losses: list[Tensor] = []
        for input, target in self.batches(steps):
            loss = self.criterion(self._mixed(input).float(), target)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.detach())
        return losses

    def predict(self, input: Tensor) -> Tensor:
        return self._mixed(input).argmax(1)
