"""exposures.vtt: WebVTT, a cue per exposure, so that any player shows the brands over the video."""

from __future__ import annotations

from services.aggregator.analysis.exposure import Exposure
from services.aggregator.outcome.summary import Outcome
from shared.videos.timecode import clock, to_ms

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": " ", "\r": " "})


def exposures_vtt(outcome: Outcome) -> bytes:
    """Every exposure of every detector, in the order of time."""
    found = [exposure for found in outcome.findings for exposure in found.exposures]
    found.sort(key=lambda exposure: (exposure.start, exposure.end, exposure.brand))
    return "\n".join(["WEBVTT", "", *[_cue(exposure) for exposure in found]]).encode()


def _cue(exposure: Exposure) -> str:
    start, end = clock(to_ms(exposure.start)), clock(to_ms(exposure.end))
    return f"{start} --> {end}\n{exposure.brand.translate(_ESCAPES)}\n"
