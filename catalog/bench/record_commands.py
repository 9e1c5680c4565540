"""The commands that measure nothing: list, validate, compare, plot, env. Need no torch."""

from __future__ import annotations

import argparse

def list_command(options): return 0
