"""Where things are drawn on the report's page, pure: in percent, so that it fits a phone and a poster."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.analysis.exposure import Exposure
from services.aggregator.analysis.position import COLUMNS, ROWS, Grid
from shared.videos.timecode import clock, to_ms

MOST_TICKS, MOST_OF_HOURS = 6, 4  # that fit a phone; times with hours are longer
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800)  # seconds


@dataclass(frozen=True, slots=True)
class Bar:
    """An exposure on its lane, in percent of the video; `opens` and `closes` are its edges' uncertainty."""

    left: str
    width: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    left: str
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat map; `heat` is the share of the hottest, 0 to 1."""

    column: int
    row: int
    heat: str


def bar(exposure: Exposure, duration: Fraction) -> Bar:
    """Where an exposure is drawn; uncertain edges are no wider than half of it."""
    within = [min(share, exposure.seconds / 2) for share in (exposure.opens_within, exposure.closes_within)]
    length = exposure.seconds or Fraction(1)
    return Bar(
        left=_percent(exposure.start / duration),
        width=_percent(exposure.seconds / duration),
        opens=_percent(within[0] / length),
        closes=_percent(within[1] / length),
    )


def ticks(duration: Fraction) -> list[Tick]:
    """The axis of a video: round times, few enough to be read."""
    long = duration >= 3600
    most = MOST_OF_HOURS if long else MOST_TICKS
    step = next((step for step in STEPS if duration / step <= most), STEPS[-1])
    times = [Fraction(at) for at in range(0, int(duration) + 1, step)]
    return [Tick(_percent(at / duration), _label(at, long)) for at in times if duration]


def heat_cells(heat: Grid) -> tuple[Cell, ...]:
    """The cells of a heat map that are not cold."""
    hottest = float(heat.max())
    if not hottest:
        return ()
    shares = (heat / hottest).tolist()
    return tuple(
        Cell(column, row, f"{shares[row][column]:.2f}")
        for row in range(ROWS)
        for column in range(COLUMNS)
        if shares[row][column] >= 0.005
    )


def _label(at: Fraction, long: bool) -> str:
    hours = clock(to_ms(at)).removesuffix(".000")
    return hours.removeprefix("0") if long else hours.removeprefix("00:").removeprefix("0")


def _percent(share: Fraction) -> str:
    return f"{100 * float(share):.3f}"
