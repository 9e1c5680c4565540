"""Checks of the modules that import torch; run by the Python of `.venv-bench`, which has no pytest (tests/test_bench_run.py reads what is printed).

Each function is one check: it raises where something is wrong.
"""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
import types
import warnings

warnings.filterwarnings("ignore", message=".*NumPy.*")

import torch  # noqa: E402
from torch import nn  # noqa: E402

from catalog.bench import devices, images, kernels, training, tuned  # noqa: E402
from catalog.bench.devices import Device  # noqa: E402
from catalog.bench.workloads import PARAMETERS, Job  # noqa: E402

CPU = Device("cpu", "cpu", None)
torch.set_num_threads(1)


def synthetic(images_as: str = "float32") -> images.Images:
    return images.load(None, "cpu", images_as)


def faithful_loop_gives_the_weights_of_a_plain_script():
    own = synthetic()
    trained = training.PlainTraining(own, "cpu")
    trained.start(7)
    trained.epoch(10)
    torch.manual_seed(7)
    model = nn.Sequential(nn.Conv2d(1, 32, 5), nn.MaxPool2d(3), nn.ReLU(), nn.Conv2d(32, 64, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(256, 200), nn.ReLU(), nn.Linear(200, 10))
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.1)
    for input, target in list(zip(own.train_input.split(100), own.train_target.split(100), strict=True))[:10]:
        output = model(input)
        loss = criterion(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for a, b in zip(model.parameters(), trained.network.parameters(), strict=True):
        assert torch.equal(a, b)
    assert training.count_parameters(model) == PARAMETERS


def tuned_loop_does_the_same_mathematics():
    plain, fast = training.PlainTraining(synthetic(), "cpu"), tuned.TunedTraining(synthetic(), "cpu")
    losses = []
    for each in (plain, fast):
        each.start(1)
        losses.append(torch.stack(each.epoch(5)))
    assert torch.allclose(losses[0], losses[1], rtol=1e-4, atol=1e-5), losses
    assert fast.describe == {"optimizer": "sgd-fused", "memory_format": "channels-last", "compilation": "none"}
    for a, b in zip(plain.network.parameters(), fast.network.parameters(), strict=True):
        assert torch.allclose(a, b, rtol=1e-3, atol=1e-5)


def bytes_as_images_train_alike():
    losses = []
    for form in ("float32", "uint8"):
        each = training.PlainTraining(synthetic(form), "cpu")
        each.start(1)
        losses.append(torch.stack(each.epoch(5)))
    assert torch.equal(*losses)


def training_learns_the_synthetic_set_and_equal_seeds_give_equal_digests():
    digests = []
    for _ in range(2):
        each = training.PlainTraining(synthetic(), "cpu")
        each.warm_up()
        each.start(3)
        first, _ = training.check_steps(each.epoch())
        assert abs(first - 2.3026) < 0.15
        each.epoch()
        digests.append(each.weights_sha256())
    assert each.error_pct() < 20
    assert digests[0] == digests[1] and len(digests[0]) == 64
    each.start(4)
    assert each.weights_sha256() != digests[0]


def open_track_trains_in_bf16():
    each = tuned.make_training("open", synthetic(), CPU, 100, "bf16")
    each.start(1)
    first, mean = training.check_steps(each.epoch())
    assert mean < first and next(each.network.parameters()).dtype == torch.float32


def mean_and_deviation_are_those_of_torch():
    train = images.make_synthetic()[0]
    mean, deviation = images.mean_and_deviation(train)
    assert abs(mean - train.double().mean().item()) < 1e-9 and abs(deviation - train.double().std().item()) < 1e-9
    scaled = synthetic().train_input
    assert abs(scaled.mean().item()) < 1e-4 and abs(scaled.std().item() - 1) < 1e-3


def idx_files_are_read_and_broken_ones_refused():
    assert images.read_idx(b"\0\0\x08\x02\0\0\0\x02\0\0\0\x03abcdef").tolist() == [[97, 98, 99], [100, 101, 102]]
    for broken in (b"", b"\0\0\x0d\x01\0\0\0\x01a", b"\0\0\x08\x01\0\0\0\x05abc"):
        with contextlib.suppress(images.BadFile):
            images.read_idx(broken)
            raise AssertionError(broken)


class FakeCuda:
    """The graph part of `torch.cuda`: notes what happens; while captured, steps run as usual (a real capture only records them)."""

    def __init__(self):
        self.log: list[str] = []
        self.is_capturing = False

    def Stream(self):
        return types.SimpleNamespace(wait_stream=lambda other: self.log.append("side waits"))

    def current_stream(self):
        return types.SimpleNamespace(wait_stream=lambda other: self.log.append("main waits"))

    @contextlib.contextmanager
    def stream(self, stream):
        self.log.append("side begins")
        yield
        self.log.append("side ends")

    def CUDAGraph(self):
        return types.SimpleNamespace(replay=lambda: self.log.append("replay"))

    @contextlib.contextmanager
    def graph(self, graph, stream):
        self.log.append("capture begins")
        self.is_capturing = True
        try:
            yield
        finally:
            self.is_capturing = False
        self.log.append("capture ends")

    def set_stream(self, stream):
        self.log.append("main again")

    def synchronize(self):
        self.log.append("synchronise")


def captured_training_warms_up_aside_captures_once_and_replays():
    cuda = FakeCuda()
    each = tuned.CapturedTraining(synthetic(), "cpu", cuda=cuda)
    each.warm_up()
    assert cuda.log == ["side waits", "side begins", "side ends", "main waits", "capture begins", "capture ends", "synchronise"]
    tensors = [p.data_ptr() for p in each.network.parameters()]
    each.start(5)
    assert [p.data_ptr() for p in each.network.parameters()] == tensors  # the graph's own tensors hold the new weights
    fresh = training.make_seeded(5, "cpu")
    assert all(torch.equal(a, b) for a, b in zip(each.network.parameters(), fresh.parameters(), strict=True))
    losses = each.epoch()
    assert cuda.log[-1] == "replay" and cuda.log.count("capture begins") == 1 and len(losses) == 20
    assert each.describe == {"optimizer": "sgd-fused", "memory_format": "channels-last", "compilation": "cuda-graph, fused"}


def captured_steps_do_the_same_mathematics():
    cuda = FakeCuda()
    each, plain = tuned.CapturedTraining(synthetic(), "cpu", cuda=cuda), training.PlainTraining(synthetic(), "cpu")
    each.warm_up()
    each.start(5)
    plain.start(5)
    each._run_steps(list(each.batches(4)))
    expected = torch.stack(plain.epoch(4))
    assert torch.allclose(each.losses[:4], expected, rtol=1e-4, atol=1e-5)


def compiler_that_fails_is_named_and_done_without():
    def broken(function):
        raise RuntimeError("no compiler")

    each = tuned.CapturedTraining(synthetic(), "cpu", cuda=FakeCuda(), compile=broken)
    each.warm_up()
    assert each.describe["compilation"] == "cuda-graph, fused (inductor, cuda-graph failed: RuntimeError, inductor, cuda-graph, unfused failed: RuntimeError)"
    works = tuned.CapturedTraining(synthetic(), "cpu", cuda=FakeCuda(), compile=lambda function: function)
    works.warm_up()
    assert works.describe["compilation"] == "inductor, cuda-graph"


class RefusingCuda(FakeCuda):
    """Refuses to capture what a test names: `compiled`, or everything after so many captures."""

    def __init__(self, error: Exception, captures: int):
        super().__init__()
        self.error, self.captures = error, captures

    @contextlib.contextmanager
    def graph(self, graph, stream):
        if self.log.count("capture begins") >= self.captures:
            with super().graph(graph, stream):
                yield
            return
        self.log.append("capture begins")
        yield
        raise self.error


def capture_that_fails_is_tried_in_simpler_ways_on_the_stream_of_before():
    cuda = RefusingCuda(RuntimeError("params, grads must have same strides"), captures=1)
    each = tuned.CapturedTraining(synthetic(), "cpu", cuda=cuda)
    each.warm_up()
    assert each.describe["compilation"] == "cuda-graph (cuda-graph, fused failed: RuntimeError)" and each.describe["optimizer"] == "sgd-foreach"
    assert cuda.log.count("main again") == 1
    each.start(3)
    assert len(each.epoch()) == 20


def capture_that_never_works_and_memory_that_is_used_up_are_said():
    for error, captures in ((RuntimeError("no capture here"), 9), (torch.OutOfMemoryError("CUDA out of memory"), 1)):
        each = tuned.CapturedTraining(synthetic(), "cpu", cuda=RefusingCuda(error, captures))
        try:
            each.warm_up()
        except RuntimeError as said:
            assert said is error and each.graph is None
        else:
            raise AssertionError("no error")


def compiled_steps_do_the_same_mathematics():
    """With the real compiler, where this machine has one for the processor."""
    each, plain = tuned.CapturedTraining(synthetic(), "cpu", cuda=FakeCuda(), compile=torch.compile), training.PlainTraining(synthetic(), "cpu")
    each.warm_up()
    each.start(5)
    plain.start(5)
    each._run_steps(list(each.batches(4)))
    assert torch.allclose(each.losses[:4], torch.stack(plain.epoch(4)), rtol=1e-4, atol=1e-5)
    print(each.describe["compilation"], file=sys.stderr)


def precision_is_set_so_that_all_parts_of_torch_can_read_it():
    for precision, expected in (("tf32", True), ("fp32", False), ("bf16", False)):
        devices.set_precision(precision)
        assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == (expected, expected)
        torch.get_float32_matmul_precision()
        assert (torch.backends.cuda.matmul.fp32_precision == "tf32") is expected
        assert (torch.backends.cudnn.conv.fp32_precision == "tf32") is expected


def product_of_8_bit_numbers_is_that_of_their_values():
    product = kernels.gemm(Job("gemm", precision="fp8"), CPU, 64).run()
    own = torch.Generator().manual_seed(2022)
    a = torch.randn((64, 64), generator=own).to(torch.float8_e4m3fn).float()
    b = kernels._normal((64, 64), CPU, torch.float32).to(torch.float8_e4m3fn).float()
    assert product.dtype == torch.bfloat16 and torch.allclose(product.float(), a @ b.t(), rtol=0.02, atol=0.1)


def tuned_track_takes_what_the_device_has():
    assert type(tuned.make_training("tuned", synthetic(), CPU, 100, "fp32")) is tuned.TunedTraining
    cuda = Device("cpu", "cuda", None)
    assert type(tuned.make_training("tuned", synthetic(), cuda, 100, "fp32")) is tuned.CapturedTraining
    assert type(tuned.make_training("tuned", synthetic("uint8"), cuda, 100, "fp32")) is tuned.TunedTraining
    assert type(tuned.make_training("plain", synthetic(), cuda, 100, "fp32")) is training.PlainTraining


def kernels_compute_what_they_say():
    product = kernels.gemm(Job("gemm"), CPU, 64).run()
    assert product.shape == (64, 64) and product.std() > 4  # of 64 products of normal numbers: 8
    assert kernels.gemm(Job("gemm", precision="bf16"), CPU, 64).run().dtype == torch.bfloat16
    block = kernels.copy(Job("copy", copy_bytes=4000), CPU, 0)
    assert block.size_bytes == 4000 and block.run().sum() == 1000
    assert kernels.conv2d(Job("conv2d"), CPU, 0).run().shape == (8, 256, 28, 28)
    assert [g.shape[0] for g in kernels.conv2d(Job("conv2d", direction="forward-backward"), CPU, 0).run()] == [8, 256]
    assert kernels.attention(Job("attention", precision="bf16"), CPU, 0).run().shape == (4, 8, 512, 64)


def named_device_that_is_missing_is_refused():
    for asked in ("cuda", "cuda:7", "xpu", "mps", "tpu"):
        if asked.partition(":")[0] in devices.TYPES and devices.is_there(asked.partition(":")[0]) and asked != "cuda:7":
            continue
        try:
            devices.choose(asked)
        except devices.NoDevice as error:
            assert asked in str(error)
        else:
            raise AssertionError(asked)
    assert devices.choose("cpu") == CPU


def precisions_need_their_units():
    assert devices.supports(CPU, "fp32") is None and "8.9" in devices.supports(CPU, "fp8")
    before = devices.capability
    devices.capability = lambda device: (9, 0)
    try:
        assert devices.supports(Device("cuda", "cuda", None), "fp8") is None
    finally:
        devices.capability = before


def want_of_memory_is_known_from_other_errors():
    try:
        torch.empty(2**50)
    except RuntimeError as error:
        assert devices.is_out_of_memory(error), error
    assert devices.is_out_of_memory(torch.OutOfMemoryError("x")) and devices.is_out_of_memory(MemoryError())
    assert not devices.is_out_of_memory(RuntimeError("shapes differ"))


CHECKS = [f for name, f in list(globals().items()) if isinstance(f, types.FunctionType) and f.__module__ == "__main__" and "_" in name and name not in ("synthetic",)]

if __name__ == "__main__":
    results = {}
    for function in CHECKS:
        try:
            function()
            results[function.__name__] = "ok"
        except BaseException:
            results[function.__name__] = traceback.format_exc()
    print("RESULTS " + json.dumps(results))
    sys.exit(any(r != "ok" for r in results.values()))
