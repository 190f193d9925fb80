"""exposures.edl: a CMX3600 edit decision list with an event and a marker per exposure, for editors.

Premiere and Avid read the events and their LOC comments, DaVinci Resolve its own marker lines ("Timeline
Markers from EDL"). Timecodes count the frames of the nominal rate without dropping any; the source begins at
00:00:00:00 and the record, as editors' timelines do, at 01:00:00:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from pathlib import PurePosixPath

from services.aggregator.exposure import Exposure
from services.aggregator.summary import Outcome

MOST_EVENTS = 999  # CMX3600 numbers events with three digits
USUAL_RATE = Fraction(25)  # where the video does not tell its own
LOWEST_RATE, HIGHEST_RATE = 10, 240  # what editors know; a file may claim anything
COLOURS = (
    "Blue",
    "Cyan",
    "Green",
    "Yellow",
    "Red",
    "Pink",
    "Purple",
    "Fuchsia",
    "Rose",
    "Sky",
    "Mint",
    "Sand",
)
LOCATORS = ("BLUE", "CYAN", "GREEN", "YELLOW", "RED", "MAGENTA", "WHITE", "BLACK")


def exposures_edl(outcome: Outcome) -> bytes:
    """The exposures in the order of time; of more than 999 the longest."""
    name = PurePosixPath(outcome.video.source.key).name
    found = [exposure for found in outcome.findings for exposure in found.exposures]
    brands = sorted({exposure.brand for exposure in found})
    rate = _rate(outcome.video.frame_rate)
    lines = [f"TITLE: {_ascii(name)}", "FCM: NON-DROP FRAME", ""]
    for number, exposure in enumerate(_kept(found), 1):
        lines += _event(number, exposure, name, brands.index(exposure.brand), rate)
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def timecode(frames: int, rate: Fraction) -> str:
    """Hours, minutes, seconds and frames of the nominal rate: `01:00:00:24`."""
    nominal = round(rate)
    seconds, frame = divmod(frames, nominal)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours % 24:02d}:{minute:02d}:{second:02d}:{frame:02d}"


def _rate(claimed: Fraction | None) -> Fraction:
    return claimed if claimed and LOWEST_RATE <= claimed <= HIGHEST_RATE else USUAL_RATE


def _kept(found: Sequence[Exposure]) -> list[Exposure]:
    longest = sorted(found, key=lambda each: (-each.seconds, each.start, each.brand))[:MOST_EVENTS]
    return sorted(longest, key=lambda each: (each.start, each.end, each.brand))


def _event(number: int, exposure: Exposure, clip: str, colour: int, rate: Fraction) -> list[str]:
    first = floor(exposure.start * rate)
    last = max(first + 1, floor(exposure.end * rate))
    hour = 3600 * round(rate)
    source = f"{timecode(first, rate)} {timecode(last, rate)}"
    record = f"{timecode(hour + first, rate)} {timecode(hour + last, rate)}"
    brand = _ascii(exposure.brand)
    return [
        f"{number:03d}  AX       V     C        {source} {record}",
        f"* FROM CLIP NAME: {_ascii(clip)}",
        f"* LOC: {timecode(hour + first, rate)} {LOCATORS[colour % len(LOCATORS)]:8}{brand}",
        f" |C:ResolveColor{COLOURS[colour % len(COLOURS)]} |M:{brand} |D:{last - first}",
        "",
    ]


def _ascii(text: str) -> str:
    """The text in the one line of plain letters that the format allows."""
    plain = "".join(letter if letter.isprintable() and letter != "|" else " " for letter in text)
    return plain.encode("ascii", "replace").decode()
