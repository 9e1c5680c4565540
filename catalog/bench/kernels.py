"""The kernels: gemm, copy, conv2d, attention as operations that can be repeated. Imports torch.

Inputs are normally distributed: constant ones let a device under a power cap run faster than it would on real numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional

from catalog.bench.devices import Device
from catalog.bench.workloads import ATTENTION, CONV, Job

DTYPES = {"fp32": torch.float32, "tf32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Kernel:
    """One operation with what a record says of it; `run` queues it once."""

    run: Callable[[], object]
    size: int | None = None
    size_bytes: int | None = None
    memory_format: str | None = None


def _normal(shape: tuple[int, ...], device: Device, dtype: torch.dtype) -> torch.Tensor:
    generator = torch.Generator(device=device.name if device.type in ("cuda", "cpu") else "cpu").manual_seed(2022)
    return torch.randn(shape, generator=generator, device=generator.device).to(device.name, dtype)


def gemm(job: Job, device: Device, size: int) -> Kernel:
    """Return the product of two (size, size) matrices into a third one that is there already."""
    if job.precision == "fp8":
        return _gemm_fp8(device, size)
    dtype = DTYPES[job.precision]
    a, b = _normal((size, size), device, dtype), _normal((size, size), device, dtype).t()
    out = torch.empty((size, size), device=device.name, dtype=dtype)
    return Kernel(lambda: torch.mm(a, b, out=out), size)


def _gemm_fp8(device: Device, size: int) -> Kernel:
    """Return the product of two (size, size) matrices of 8-bit numbers (E4M3) with one scale each, written as bf16.

    Sums are kept in the matrix unit's own, shorter numbers (fast accumulation), as for inference. Older
    versions of torch have no public way to the 8-bit units.
    """
    kind = torch.float8_e4m3fn
    a, b = _normal((size, size), device, torch.float32).to(kind), _normal((size, size), device, torch.float32).to(kind).t()
    one = torch.ones((), device=device.name)
    if not hasattr(functional, "scaled_mm"):
        return Kernel(lambda: torch._scaled_mm(a, b, scale_a=one, scale_b=one, out_dtype=torch.bfloat16, use_fast_accum=True), size)
    whole = functional.ScalingType.TensorWise
    return Kernel(lambda: functional.scaled_mm(a, b, one, whole, one, whole, output_dtype=torch.bfloat16, use_fast_accum=True), size)


def copy(job: Job, device: Device, size: int) -> Kernel:
    """Return the copy of a block of fp32 numbers; reading and writing both count."""
    count = job.copy_bytes // 4
    source = torch.ones(count, device=device.name)
    target = torch.zeros(count, device=device.name)
    return Kernel(lambda: target.copy_(source), size_bytes=4 * count)


def conv2d(job: Job, device: Device, size: int) -> Kernel:
    """Return a convolution of (8, 256, 28, 28) with (256, 256, 3, 3), channels last; backward gives both gradients."""
    dtype, side = DTYPES[job.precision], CONV["side"]
    last = torch.channels_last
    input = _normal((CONV["batch"], CONV["channels"], side, side), device, dtype).contiguous(memory_format=last)
    weight = _normal((CONV["channels"], CONV["channels"], CONV["kernel"], CONV["kernel"]), device, dtype).contiguous(memory_format=last)
    if job.direction == "forward":
        def run() -> object:
            with torch.no_grad():
                return functional.conv2d(input, weight, padding=1)
    else:
        input.requires_grad_()
        weight.requires_grad_()
        gradient = _normal((CONV["batch"], CONV["channels"], side, side), device, dtype).contiguous(memory_format=last)

        def run() -> object:
            return torch.autograd.grad(functional.conv2d(input, weight, padding=1), (input, weight), gradient)
    return Kernel(run, memory_format="channels-last")


def attention(job: Job, device: Device, size: int) -> Kernel:
    """Return scaled-dot-product attention of (4, 8, 512, 64), forward, without mask."""
    shape = (ATTENTION["batch"], ATTENTION["heads"], ATTENTION["length"], ATTENTION["dim"])
    query, key, value = (_normal(shape, device, DTYPES[job.precision]) for _ in range(3))

    def run() -> object:
        with torch.no_grad():
            return functional.scaled_dot_product_attention(query, key, value)

    return Kernel(run)


KERNELS = {"gemm": gemm, "copy": copy, "conv2d": conv2d, "attention": attention}
