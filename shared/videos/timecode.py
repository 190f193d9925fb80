"""Timecodes: exact frame times on Fractions, and the names made from them."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePosixPath

MS_DIGITS = 10  # enough for 115 days; fixed width makes keys sort in time
LAST_MS = 10**MS_DIGITS - 2  # no frame comes later
INSTANT_DIGITS = 8  # a day at the shortest interval
TIME = re.compile(r"(?:(?:([0-9]+):)?([0-9]+):)?([0-9]+(?:\.[0-9]+)?)")  # hours, minutes, seconds


def to_ms(timestamp: Fraction) -> int:
    """Milliseconds of a timestamp in seconds, rounded to the nearest, halves up."""
    return int(timestamp * 1000 + Fraction(1, 2))


def frame_id(timestamp_ms: int, instant: int, grid: int = 1) -> str:
    """A frame's name within its video: `<ms>-<instant>`, which sorts in time.

    The milliseconds alone would not do: a video may have frames less than one apart. Where instants count
    parts of the step, `grid` to a step, that is added.
    """
    finer = f"-{grid}" if grid > 1 else ""
    return f"{timestamp_ms:0{MS_DIGITS}d}-{instant:0{INSTANT_DIGITS}d}{finer}"


def frame_key(video_id: str, timestamp_ms: int, instant: int, suffix: str, grid: int = 1) -> str:
    """The S3 key of a frame: `frames/<video_id>/<frame_id>.<suffix>`."""
    return f"frames/{video_id}/{frame_id(timestamp_ms, instant, grid)}.{suffix}"


def frame_of_key(key: str) -> tuple[int, int, int]:
    """The timestamp in milliseconds, the instant and the grid that `frame_key` wrote."""
    timestamp_ms, instant, *finer = PurePosixPath(key).stem.split("-")
    return int(timestamp_ms), int(instant), int(finer[0]) if finer else 1


def clock(timestamp_ms: int, separator: str = ":") -> str:
    """A timestamp for people: `00:12:07.000`."""
    seconds, ms = divmod(timestamp_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}{separator}{minutes:02d}{separator}{seconds:02d}.{ms:03d}"


def frame_name(instant: int, timestamp_ms: int, grid: int = 1) -> str:
    """The name of a frame for people: `frame_0042_00h12m07.000s`; `frame_0336of8_…` on a finer grid."""
    seconds, ms = divmod(timestamp_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    finer = f"of{grid}" if grid > 1 else ""
    return f"frame_{instant:04d}{finer}_{hours:02d}h{minutes:02d}m{seconds:02d}.{ms:03d}s"


def seconds_of(text: str) -> Fraction:
    """Seconds, from text as people write it: `90`, `1:30`, `00:01:30.5`. Raises ValueError.

    >>> seconds_of("00:01:30.5")
    Fraction(181, 2)
    """
    parts = TIME.fullmatch(text)
    if not parts:
        raise ValueError(f"{text} is no time")
    hours, minutes, seconds = (Fraction(part or 0) for part in parts.groups())
    return 3600 * hours + 60 * minutes + seconds


def instants_before(duration: Fraction, interval: Fraction) -> int:
    """How many sampling instants 0, interval, 2 interval … lie before the end of the video.

    >>> instants_before(Fraction(10), Fraction(1))
    10
    >>> instants_before(Fraction(101, 10), Fraction(1))
    11
    """
    return max(0, -(-duration // interval))
