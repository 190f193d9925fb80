"""Timecodes: exact frame times on Fractions, and the names made from them."""

from __future__ import annotations

from fractions import Fraction

MS_DIGITS = 10  # enough for 115 days; fixed width makes keys sort in time


def to_ms(timestamp: Fraction) -> int:
    """Milliseconds of a timestamp in seconds, rounded to the nearest, halves up."""
    return int(timestamp * 1000 + Fraction(1, 2))


def frame_key(video_id: str, timestamp_ms: int, suffix: str) -> str:
    """The S3 key of a frame: `frames/<video_id>/<ms, 10 digits>.<suffix>`, which sorts in time."""
    return f"frames/{video_id}/{timestamp_ms:0{MS_DIGITS}d}.{suffix}"


def clock(timestamp_ms: int, separator: str = ":") -> str:
    """A timestamp for people: `00:12:07.000`."""
    seconds, ms = divmod(timestamp_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}{separator}{minutes:02d}{separator}{seconds:02d}.{ms:03d}"


def frame_name(instant: int, timestamp_ms: int) -> str:
    """The name of a frame for people: `frame_0042_00h12m07.000s`."""
    seconds, ms = divmod(timestamp_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"frame_{instant:04d}_{hours:02d}h{minutes:02d}m{seconds:02d}.{ms:03d}s"


def instants_before(duration: Fraction, interval: Fraction) -> int:
    """How many sampling instants 0, interval, 2 interval … lie before the end of the video.

    >>> instants_before(Fraction(10), Fraction(1))
    10
    >>> instants_before(Fraction(101, 10), Fraction(1))
    11
    """
    return max(0, -(-duration // interval))


def instant_of(timestamp_ms: int, interval: Fraction) -> int:
    """The first sampling instant at which a frame of this timestamp can be on screen."""
    # The name of a frame is rounded to a millisecond, so half of one is taken off before rounding up.
    exact = (Fraction(timestamp_ms) - Fraction(1, 2)) / 1000
    return max(0, -(-exact // interval))
