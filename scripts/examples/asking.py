"""What the examples share: their two options, and saving a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def parse(description: str, picture: str, arguments: list[str] | None) -> argparse.Namespace:
    """Return the options: `file` (None is the current release) and `output`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, help="a built catalog file")
    parser.add_argument("--output", type=Path, default=Path(picture), help="the picture to write")
    return parser.parse_args(arguments)


def save(figure: Figure, file: Path) -> None:
    """Write a picture and forget the figure."""
    import matplotlib.pyplot as plt

    figure.savefig(file, dpi=120)
    plt.close(figure)
    print(f"{file} written")
