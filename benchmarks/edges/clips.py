"""What is truly on screen: clips with their ground truth, and hours made up from a seed."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from services.aggregator.analysis.sightings import Box, Sighting

RATE = 25  # frames a second of the made-up hours
LEAST, MOST = 5, 20  # seconds of an exposure in them
SEEN = 0.5  # of a logo, from which on it counts as on screen
TALL = 0.03  # of the frame's height: a smaller one is none that detectors find
MADE_UP = Sighting("brand", Box(0.1, 0.1, 0.2, 0.1), 90.0)

Span = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip's truth: what each of its frames shows."""

    name: str
    rate: Fraction
    frames: tuple[tuple[Sighting, ...], ...]
    video: Path | None = None
    skipped: int = 0  # frames of the video before the first of these

    @property
    def duration(self) -> Fraction:
        return len(self.frames) / self.rate

    @property
    def brands(self) -> set[str]:
        return {each.brand for frame in self.frames for each in frame}

    def number(self, moment: Fraction) -> int:
        """The frame on screen at a moment, in seconds."""
        return min(len(self.frames) - 1, floor(moment * self.rate))

    def spans(self, brand: str) -> list[Span]:
        """From when to when a brand is on screen, in seconds."""
        shown = [any(each.brand == brand for each in frame) for frame in self.frames]
        edges = [n for n, (a, b) in enumerate(zip([False, *shown], [*shown, False], strict=True)) if a != b]
        return [(a / self.rate, b / self.rate) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def later(self, frames: int) -> Clip:
        """The clip without its first frames, so that sampling falls on others."""
        return replace(self, frames=self.frames[frames:], skipped=self.skipped + frames)


def clips(folder: Path) -> list[Clip]:
    """All clips of a folder with a truth, whether or not the video itself is there."""
    return [_clip(truth) for truth in sorted(folder.glob("*.gt.json"))]


def hour(every: int, seed: int) -> Clip:
    """A made-up hour in which a brand is shown once in so many seconds, for five to twenty of them."""
    chance = random.Random(1000 * every + seed)
    frames: list[tuple[Sighting, ...]] = [()] * (3600 * RATE)
    for turn in range(3600 // every):
        lasts = chance.uniform(LEAST, min(MOST, every - 4))
        start = every * turn + 1 + chance.uniform(0, every - lasts - 2)
        first, stop = int(start * RATE), int((start + lasts) * RATE)
        frames[first:stop] = [(MADE_UP,)] * (stop - first)
    return Clip(f"hour {seed}", Fraction(RATE), tuple(frames))


def _clip(path: Path) -> Clip:
    truth = json.loads(path.read_text())
    width, height = truth["size"]
    frames = tuple(
        tuple(_sighting(logo, width, height) for logo in frame if _on_screen(logo, height))
        for frame in truth["frames"]
    )
    name = path.name.removesuffix(".gt.json")
    video = path.with_name(f"{name}.mp4")
    return Clip(name, Fraction(truth["fps"]), frames, video if video.is_file() else None)


def _on_screen(logo: dict[str, Any], height: int) -> bool:
    visible = logo["vis"] if "vis" in logo else logo["visible"]
    tall = (logo["box"][3] - logo["box"][1]) / height
    return not logo.get("distractor") and visible >= SEEN and tall >= TALL


def _sighting(logo: dict[str, Any], width: int, height: int) -> Sighting:
    left, top, right, bottom = logo["box"]
    box = Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
    return Sighting(logo["label"], box, 90.0)
