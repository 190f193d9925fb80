"""exposures.edl: a CMX3600 edit decision list with an event and a marker per exposure, for editors.

Premiere and Avid read the events and their LOC comments, DaVinci Resolve its own marker lines ("Timeline
Markers from EDL"). Timecodes count the frames of the nominal rate without dropping any; the source begins at
00:00:00:00 and the record, as editors' timelines do, at 01:00:00:00.

An edit list is one track, on which no two events may lie at the same time. So an event lasts until its
exposure ends or the next begins, while its marker tells how long it lasts in truth; of several exposures that
begin in the same frame each is put a frame after the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import floor
from pathlib import PurePosixPath

from services.aggregator.analysis.exposure import Exposure
from services.aggregator.outcome.summary import Outcome

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


@dataclass(frozen=True, slots=True)
class Place:
    """From which frame to before which an event lasts, and for how many frames its exposure does."""

    first: int
    stop: int
    lasts: int


def exposures_edl(outcome: Outcome) -> bytes:
    """The exposures in the order of time; of more than 999 the longest."""
    name = PurePosixPath(outcome.video.source.key).name
    found = [exposure for found in outcome.findings for exposure in found.exposures]
    brands = sorted({exposure.brand for exposure in found})
    rate = _rate(outcome.video.frame_rate)
    lines = [f"TITLE: {_ascii(name)}", "FCM: NON-DROP FRAME", ""]
    for number, (exposure, place) in enumerate(_placed(_kept(found), rate), 1):
        lines += _event(number, exposure, place, name, brands.index(exposure.brand), rate)
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


def _placed(found: Sequence[Exposure], rate: Fraction) -> Iterator[tuple[Exposure, Place]]:
    """Each exposure, in the order of time, with its place among the others."""
    firsts = list(
        accumulate((floor(each.start * rate) for each in found), lambda before, at: max(before + 1, at))
    )
    for exposure, first, following in zip(found, firsts, [*firsts, None][1:], strict=True):
        last = max(first + 1, floor(exposure.end * rate))
        yield exposure, Place(first, last if following is None else min(last, following), last - first)


def _event(
    number: int, exposure: Exposure, place: Place, clip: str, colour: int, rate: Fraction
) -> list[str]:
    hour = 3600 * round(rate)
    source = f"{timecode(place.first, rate)} {timecode(place.stop, rate)}"
    record = f"{timecode(hour + place.first, rate)} {timecode(hour + place.stop, rate)}"
    brand = _ascii(exposure.brand)
    return [
        f"{number:03d}  AX       V     C        {source} {record}",
        f"* FROM CLIP NAME: {_ascii(clip)}",
        f"* LOC: {timecode(hour + place.first, rate)} {LOCATORS[colour % len(LOCATORS)]:8}{brand}",
        f" |C:ResolveColor{COLOURS[colour % len(COLOURS)]} |M:{brand} |D:{place.lasts}",
        "",
    ]


def _ascii(text: str) -> str:
    """The text in the one line of plain letters that the format allows."""
    plain = "".join(letter if letter.isprintable() and letter != "|" else " " for letter in text)
    return plain.encode("ascii", "replace").decode()
