"""What can be run: the workloads, their work in FLOP or bytes, and the jobs that a command line asks for. Needs no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

# The lecture's network and loop (A. Dyakonov, "Deep Learning: introduction", 2022, slide 98).
TRAIN_IMAGES, TEST_IMAGES, BATCH, EPOCHS, LEARNING_RATE = 60_000, 10_000, 100, 10, 0.1
PARAMETERS = 105_506
# Multiply-adds of one image forward: 460,800 (24² × 32 × 5²) + 819,200 (4² × 64 × 32 × 5²) + 53,200 (256 × 200 + 200 × 10). Each counts
# as two operations; backward is twice forward, but once for the first convolution, whose input needs no gradient.
FLOP_PER_IMAGE = 7_077_600
TARGET_ERROR_PCT = 1.2
SYNTHETIC_IMAGES, SYNTHETIC_TEST = 2_000, 500  # a tiny set: what is tested with it is the program
KERNEL_SAMPLES, KERNEL_SECONDS = 9, 0.5  # at least nine samples; half a second, so that the clock's ticks of others stay below the limit
GEMM_SIZES = (1024, 2048, 4096, 8192)
CONV = {"batch": 8, "channels": 256, "side": 28, "kernel": 3}
ATTENTION = {"batch": 4, "heads": 8, "length": 512, "dim": 64}
BYTES = {"fp32": 4, "tf32": 4, "bf16": 2, "fp16": 2, "fp8": 1}


@dataclass(frozen=True)
class Workload:
    """One workload as `list` shows it."""

    name: str
    about: str
    tracks: tuple[str, ...] = ("plain",)


WORKLOADS = {w.name: w for w in (
    Workload("mnist-ref", "trains the lecture's network on MNIST: seconds of the training loop, test error", ("plain", "tuned", "open")),
    Workload("gemm", "multiplies square matrices of normally distributed numbers at the best of several sizes"),
    Workload("copy", "copies at least four times the last-level cache: bytes read and written"),
    Workload("conv2d", "3×3 convolution, 256 channels, 28×28, batch 8, channels last: forward, forward and backward"),
    Workload("attention", "scaled-dot-product attention, 4×8×512×64, forward"),
)}
_PRECISIONS = {  # by workload and kind of device, the plain one first
    "mnist-ref": {"cpu": ("fp32",), "cuda": ("fp32",)},
    "gemm": {"cpu": ("fp32", "bf16"), "cuda": ("fp32", "tf32", "bf16", "fp16", "fp8"), "other": ("fp32", "fp16")},
    "copy": {"cpu": ("fp32",)},
    "conv2d": {"cpu": ("fp32", "bf16"), "cuda": ("fp32", "tf32", "bf16", "fp16"), "other": ("fp32",)},
    "attention": {"cpu": ("fp32", "bf16"), "cuda": ("fp32", "bf16", "fp16"), "other": ("fp32",)},
}
TF32_WORKLOADS = ("gemm", "conv2d")


@dataclass
class Job:
    """One record to be measured; travels to the child process as JSON.

    Args:
        threads: Threads of one operation on the processor.
        seeds: Seeds of mnist-ref, one sample each.
        folder: Where the verified raw files of MNIST lie; None with synthetic data.
        images_as: `float32`, or `uint8` where memory is short: then a batch is converted in the loop.
    """

    workload: str
    track: str = "plain"
    precision: str = "fp32"
    direction: str = "forward"
    device: str = "cpu"
    threads: int = 1
    seeds: tuple[int, ...] = (1, 2, 3)
    epochs: int = EPOCHS
    batch: int = BATCH
    is_quick: bool = False
    is_synthetic: bool = False
    folder: str | None = None
    images_as: str = "float32"
    samples: int = KERNEL_SAMPLES
    seconds: float = KERNEL_SECONDS
    sizes: tuple[int, ...] = GEMM_SIZES
    copy_bytes: int = 0
    malloc: dict[str, str] = field(default_factory=dict)

    def to_plain(self) -> dict:
        return asdict(self)

    @property
    def title(self) -> str:
        """What a person calls it: `mnist-ref, tuned, fp32, 2 threads`."""
        direction = ", forward and backward" if self.direction == "forward-backward" else ""
        threads = f", {self.threads} thread{'s' * (self.threads != 1)}" if self.device == "cpu" else f", {self.device}"
        return f"{self.workload}{direction}, {self.track}, {self.precision}{threads}"


def flop_of(workload: str, *, images: int = 0, size: int = 0, direction: str = "forward") -> int:
    """Return the floating-point operations of one duration, a multiply-add counted as two; 0 for `copy`.

    Args:
        images: Images trained on, epochs counted: of mnist-ref.
        size: Rows and columns of the matrices: of gemm.
        direction: Of conv2d; backward is twice the forward work (both inputs get their gradient).

    >>> flop_of("mnist-ref", images=60_000), flop_of("gemm", size=1024), flop_of("attention")
    (424656000000, 2147483648, 2147483648)
    """
    if workload == "mnist-ref":
        return FLOP_PER_IMAGE * images
    if workload == "gemm":
        return 2 * size**3
    if workload == "conv2d":
        forward = 2 * CONV["batch"] * CONV["channels"] ** 2 * CONV["kernel"] ** 2 * CONV["side"] ** 2
        return forward * (3 if direction == "forward-backward" else 1)
    if workload == "attention":
        return 4 * ATTENTION["batch"] * ATTENTION["heads"] * ATTENTION["length"] ** 2 * ATTENTION["dim"]
    return 0


def bytes_of(workload: str, precision: str = "fp32", *, size: int = 0, size_bytes: int = 0, direction: str = "forward") -> int:
    """Return the bytes that one duration has to read and write at least, each operand once: for the roofline, and for copy."""
    one = BYTES[precision]
    if workload == "copy":
        return 2 * size_bytes
    if workload == "gemm":
        return one * 2 * size**2 + (2 if precision == "fp8" else one) * size**2
    if workload == "conv2d":
        values, weights = CONV["batch"] * CONV["channels"] * CONV["side"] ** 2, CONV["channels"] ** 2 * CONV["kernel"] ** 2
        return one * (2 * values + weights) * (3 if direction == "forward-backward" else 1)
    if workload == "attention":
        return one * 4 * ATTENTION["batch"] * ATTENTION["heads"] * ATTENTION["length"] * ATTENTION["dim"]
    # mnist-ref: activations of one image written forward and read backward, and the weights and gradients of each step of a batch
    activations = 32 * 24**2 + 2 * 32 * 8**2 + 64 * 4**2 + 2 * 64 * 2**2 + 2 * 200 + 10 + 28**2
    return one * (4 * activations * size + 5 * PARAMETERS * size // BATCH)


def shape_of(workload: str) -> str | None:
    """Return the shape of the operands in words."""
    return {"conv2d": "8 x 256 x 28 x 28, 3 x 3 x 256 x 256", "attention": "4 x 8 x 512 x 64"}.get(workload)


def precisions_of(workload: str, device: str) -> tuple[str, ...]:
    """Return the number formats in which a workload is measured on a kind of device."""
    found = _PRECISIONS[workload]
    return found.get(device) or found.get("other") or found["cpu"]


def make_jobs(workloads: list[str], tracks: list[str], device: str, threads: list[int], **common) -> list[Job]:
    """Return the jobs of a command line: each workload in each of its tracks, precisions and directions, with each number of threads."""
    jobs = []
    for count in threads:
        for name in workloads:
            for track in [t for t in WORKLOADS[name].tracks if t in tracks]:
                for precision in ("bf16",) if track == "open" else precisions_of(name, device):
                    for direction in ("forward", "forward-backward") if name == "conv2d" else ("forward",):
                        jobs.append(Job(name, track, precision, direction, device, count, **common))
    return jobs
