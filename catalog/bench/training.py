"""The lecture's network and loop, unchanged: track `plain` of mnist-ref. Imports torch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import torch
from torch import nn

from catalog.bench.images import Images
from catalog.bench.workloads import BATCH, LEARNING_RATE

Tensor = torch.Tensor
WARM_UP_STEPS = 20
TEST_BATCH = 1000


def make_network() -> nn.Sequential:
    """Return the network of the lecture (slide 98): (batch, 1, 28, 28) to (batch, 10), 105,506 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 5), nn.MaxPool2d(3), nn.ReLU(),
        nn.Conv2d(32, 64, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, 200), nn.ReLU(),
        nn.Linear(200, 10),
    )


def make_seeded(seed: int, device: str) -> nn.Sequential:
    """Return a new network, the random numbers seeded immediately before; made on the processor, so that all devices begin alike."""
    torch.manual_seed(seed)
    return make_network().to(device)


def count_parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


class PlainTraining:
    """Trains by the lecture's lines: eager, fp32, batches in fixed order, no value read back inside the loop.

    `describe` holds what a record says of the settings.
    """

    describe = {"optimizer": "sgd", "memory_format": "contiguous", "compilation": "none"}

    def __init__(self, images: Images, device: str, batch_size: int = BATCH):
        self.images, self.device, self.batch_size = images, device, batch_size

    def start(self, seed: int) -> None:
        """Make a new network from a seed."""
        self.network = make_seeded(seed, self.device)
        self.criterion = nn.CrossEntropyLoss().to(self.device)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=LEARNING_RATE)

    def epoch(self, steps: int | None = None) -> list[Tensor]:
        """Pass once over the training set (or a number of steps) and return the loss of each batch, unread: 0-dimensional tensors."""
        model, criterion, optimizer = self.network, self.criterion, self.optimizer
        losses: list[Tensor] = []
        for input, target in self.batches(steps):
            output = model(input)
            loss = criterion(output, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return losses

    def batches(self, steps: int | None) -> Iterator[tuple[Tensor, Tensor]]:
        """Return the batches in their fixed order: (batch, 1, 28, 28) and (batch,)."""
        size, images = self.batch_size, self.images
        inputs, targets = images.train_input, images.train_target
        if steps is not None:
            inputs, targets = inputs[:steps * size], targets[:steps * size]
        pairs = zip(inputs.split(size), targets.split(size), strict=True)
        return ((images.scaled(i), t) for i, t in pairs) if images.is_bytes else pairs

    def warm_up(self) -> None:
        """Run some steps on a network that is thrown away."""
        self.start(0)
        self.epoch(WARM_UP_STEPS)

    def error_pct(self) -> float:
        """Return the share of test images that the network gets wrong, in per cent."""
        wrong = 0
        images = self.images
        self.network.eval()
        with torch.no_grad():
            for input, target in zip(images.test_input.split(TEST_BATCH), images.test_target.split(TEST_BATCH), strict=True):
                input = images.scaled(input) if images.is_bytes else input
                wrong += (self.predict(input) != target).sum().item()
        self.network.train()
        return 100.0 * wrong / len(images.test_target)

    def predict(self, input: Tensor) -> Tensor:
        """Return the classes of images: (batch, 1, 28, 28) to (batch,)."""
        return self.network(input).argmax(1)

    def weights_sha256(self) -> str:
        """Return the digest of all weights in their order, as little-endian numbers of contiguous tensors."""
        digest = hashlib.sha256()
        for tensor in self.network.state_dict().values():
            plain = tensor.detach().cpu().float().contiguous(memory_format=torch.contiguous_format)
            digest.update(bytes(plain.view(-1).view(torch.uint8).tolist()))
        return digest.hexdigest()


def check_steps(losses: list[Tensor]) -> tuple[float, float]:
    """Return the loss of the first batch and the mean of all, read back now."""
    values = torch.stack(losses).float()
    return values[0].item(), values.mean().item()
