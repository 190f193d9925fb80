"""Figures as people say them."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 unit, 1,240 frames."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
