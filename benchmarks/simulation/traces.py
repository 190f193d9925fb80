"""The traces: when videos arrive and with how many frames, and what a planner who knew it all would pay."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace; times in seconds from its midnight, money in dollars."""

    name: str
    kind: str
    given: float  # seconds each video has until its deadline
    unit_rate: float  # frames per second and inference unit
    most_units: int
    optimum_unbilled: float
    optimum_billed: float
    arrivals: tuple[tuple[float, int], ...]  # time and frames

    @property
    def days(self) -> float:
        """Seconds of the whole days that the arrivals span."""
        return (self.arrivals[-1][0] // DAY + 1) * DAY


def read(folder: Path) -> list[Trace]:
    """All traces of a folder; ends the program with a sentence when there are none."""
    traces = [_trace(path) for path in sorted(folder.glob("*.json"))]
    if not traces:
        raise SystemExit(f"{folder} holds no traces: give their folder with --traces")
    return traces


def _trace(path: Path) -> Trace:
    data = json.loads(path.read_text())
    return Trace(
        name=path.stem,
        kind=data["kind"],
        given=data["deadline_s"],
        unit_rate=data["frames_per_s_per_unit"],
        most_units=data["max_units"],
        optimum_unbilled=data["optimum_usd_start_unbilled"],
        optimum_billed=data["optimum_usd_start_billed"],
        arrivals=tuple((float(at), int(frames)) for at, frames in data["arrivals"]),
    )
