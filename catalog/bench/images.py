"""The training and test set as tensors on the device. Imports torch; numpy is not needed.

Both sets are shifted and scaled by the mean and the deviation of the training images, as the lecture does.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import torch

from catalog.bench.data_places import FILES
from catalog.bench.workloads import SYNTHETIC_IMAGES, SYNTHETIC_TEST

Tensor = torch.Tensor


class BadFile(Exception):
    """A raw file is not what its header says."""


@dataclass
class Images:
    """Both sets on the device.

    Args:
        train_input: (N, 1, 28, 28), float32 and scaled, or uint8 as published.
        train_target: (N,), int64.
        test_input, test_target: The same of the test set.
        mean, deviation: Of the training images, from 0 to 255.
    """

    train_input: Tensor
    train_target: Tensor
    test_input: Tensor
    test_target: Tensor
    mean: float
    deviation: float

    @property
    def is_bytes(self) -> bool:
        return self.train_input.dtype == torch.uint8

    def scaled(self, batch: Tensor) -> Tensor:
        """Return a batch of bytes as scaled numbers."""
        return batch.float().sub_(self.mean).div_(self.deviation)


def read_idx(content: bytes) -> Tensor:
    """Return the array of an IDX file: (N, rows, columns) or (N,), uint8.

    The form is that of the MNIST page: two zero bytes, the type (8: unsigned byte), the number of dimensions, their
    sizes as big-endian 32-bit numbers, then the values.

    Raises:
        BadFile: The header does not fit the file.
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise BadFile("the file does not begin like an IDX file of bytes")
    count = content[3]
    shape = struct.unpack(f">{count}I", content[4:4 + 4 * count])
    values = bytearray(content[4 + 4 * count:])
    expected = 1
    for size in shape:
        expected *= size
    if len(values) != expected:
        raise BadFile(f"the header promises {expected} values, the file has {len(values)}")
    return torch.frombuffer(values, dtype=torch.uint8).reshape(shape)


def mean_and_deviation(images: Tensor) -> tuple[float, float]:
    """Return the mean and the deviation (divided by N - 1) of bytes, exactly, from their histogram; no copy of the images is made."""
    counts = torch.zeros(256, dtype=torch.float64)
    for part in images.flatten().split(1_000_000):
        counts += torch.bincount(part.int(), minlength=256)
    values, total = torch.arange(256, dtype=torch.float64), counts.sum()
    mean = (counts * values).sum() / total
    return mean.item(), ((counts * (values - mean) ** 2).sum() / (total - 1)).sqrt().item()


def read_mnist(folder: Path) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the raw training images and labels, and those of the test, as bytes."""
    return tuple(read_idx((folder / file).read_bytes()) for file in FILES.values())


def make_synthetic() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return a tiny set of the same form: each class a bright square at a place of its own, in noise. Same bytes every time."""
    generator = torch.Generator().manual_seed(2022)
    count = SYNTHETIC_IMAGES + SYNTHETIC_TEST
    labels = torch.randint(0, 10, (count,), generator=generator)
    images = torch.randint(0, 100, (count, 28, 28), generator=generator)
    for digit in range(10):
        row, column = 2 + 12 * (digit // 5), 1 + 5 * (digit % 5)
        images[labels == digit, row:row + 8, column:column + 5] += 120
    images, labels = images.to(torch.uint8), labels.to(torch.uint8)
    return images[:SYNTHETIC_IMAGES], labels[:SYNTHETIC_IMAGES], images[SYNTHETIC_IMAGES:], labels[SYNTHETIC_IMAGES:]


def load(folder: str | None, device: str, images_as: str) -> Images:
    """Return the sets on the device; `folder` None means the synthetic ones.

    Args:
        images_as: `float32`: scaled once; `uint8`: kept as bytes, a quarter of the memory, and scaled batch by batch.
    """
    train, train_labels, test, test_labels = read_mnist(Path(folder)) if folder else make_synthetic()
    mean, deviation = mean_and_deviation(train)
    images = Images(train.unsqueeze(1).to(device), train_labels.long().to(device), test.unsqueeze(1).to(device), test_labels.long().to(device), mean, deviation)
    if images_as == "float32":
        images.train_input, images.test_input = images.scaled(images.train_input), images.scaled(images.test_input)
    return images
