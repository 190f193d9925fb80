"""Compare the orders in which waiting frames may be served, by the share of videos that come too late.

    python benchmarks/order.py [--quick] [--json FILE] [--traces DIR]

A simulation in steps of twenty seconds. Videos arrive as the traces say, and their frames wait from then on.
The model is run by a deadline-aware policy: as many units as take the whole backlog to be through before the
oldest video is due, less the usual start-up and a tenth of its time; started once the oldest video has waited
for `hold`, or once one more step would need more units; stopped when nothing waits. Start-ups are log-normal
around ten minutes, and the same for every order. All serve equally many frames; only which ones differs:

    any       whichever: what a queue without order may do at worst
    fair      as many of each video: message groups
    paced     published by deadline, a minute of work ahead, and of those whichever
    lanes     ours: a queue for each span of time in which videos are due (shared/lanes.py)
    ideal     of the video due first, always: no queue of SQS can
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.lanes import in_order, lane

TRACES = Path(__file__).parents[2] / "shared" / "traces"
STEP = 20.0  # seconds
START_MEDIAN, START_SPREAD, LONGEST_START = 600.0, 0.4, 1800.0  # seconds
USUAL_START = 900.0  # seconds; what the policy reckons with
STOP_SECONDS = 120.0
MARGIN = 0.1  # of the time a video has
PACED_STEPS = 3  # steps of work that are published ahead
HOLDS = {"hold 30 min": 1800.0, "hold as long as possible": math.inf}
OURS = "lanes"

Frames = NDArray[np.int64]  # of each video, in the order of arrival
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """When videos arrive (seconds), with how many frames, and when they are due."""

    arrivals: NDArray[np.float64]
    frames: Frames
    due: NDArray[np.float64]
    per_unit: float  # frames/s
    lanes: NDArray[np.int64]  # by shared/lanes.py, when they arrive
    most_units: int


@dataclass(slots=True)
class Model:
    """The model as the policy runs it; it serves from `ready_at` on."""

    rng: np.random.Generator
    units: int = 0
    ready_at: float = math.inf
    free_at: float = 0.0

    def start(self, units: int, now: float) -> None:
        wait = START_MEDIAN * math.exp(self.rng.normal(0, START_SPREAD))
        self.units, self.ready_at = units, max(now, self.free_at) + min(LONGEST_START, wait)

    def stop(self, now: float) -> None:
        self.units, self.ready_at, self.free_at = 0, math.inf, now + STOP_SECONDS


@dataclass(slots=True)
class Waiting:
    """What waits at one step, and how many of it can be served."""

    trace: Trace
    left: Frames
    now: float
    budget: int
    rng: np.random.Generator = field(repr=False)


Order = Callable[[Waiting], Frames]  # how many frames of each video are served


def any_of(waiting: Waiting) -> Frames:
    return _whichever(waiting.left, waiting.budget, waiting.rng)


def fair(waiting: Waiting) -> Frames:
    """Every video the same number, as far as it has them: filled up level by level."""
    served = np.zeros_like(waiting.left)
    budget = waiting.budget
    while budget and (hungry := np.flatnonzero(waiting.left > served)).size:
        share = max(1, budget // hungry.size)
        for n in hungry:
            more = min(share, waiting.left[n] - served[n], budget)
            served[n] += more
            budget -= more
    return served


def ideal(waiting: Waiting) -> Frames:
    return _first_due(waiting, waiting.budget)


def paced(waiting: Waiting) -> Frames:
    published = _first_due(waiting, PACED_STEPS * waiting.budget)
    return _whichever(published, waiting.budget, waiting.rng)


def lanes(waiting: Waiting) -> Frames:
    served, budget = np.zeros_like(waiting.left), waiting.budget
    for number in in_order(waiting.now):
        own = np.where(waiting.trace.lanes == number, waiting.left, 0)
        taken = _whichever(own, budget, waiting.rng)
        served, budget = served + taken, budget - int(taken.sum())
    return served


ORDERS: dict[str, Order] = {"any": any_of, "fair": fair, "paced": paced, OURS: lanes, "ideal": ideal}


def _whichever(frames: Frames, budget: int, rng: np.random.Generator) -> Frames:
    if budget >= frames.sum():
        return frames.copy()
    return rng.multivariate_hypergeometric(frames, budget, method="marginals")


def _first_due(waiting: Waiting, budget: int) -> Frames:
    order = np.argsort(waiting.trace.due, kind="stable")
    served = np.zeros_like(waiting.left)
    served[order] = np.diff(np.minimum(np.cumsum(waiting.left[order]), budget), prepend=0)
    return served


def late_share(trace: Trace, order: Order, hold: float, seed: int) -> float:
    """The share of the videos of a trace that come too late."""
    rng, model = np.random.default_rng(seed), Model(np.random.default_rng(seed + 1))
    left, late = np.zeros_like(trace.frames), np.zeros(len(trace.frames), dtype=bool)
    arrived, now, credit = 0, float(trace.arrivals[0]), 0.0
    while arrived < len(left) or left.any():
        come = int(np.searchsorted(trace.arrivals, now, side="right"))
        left[arrived:come] = trace.frames[arrived:come]
        arrived = max(arrived, come)
        _decide(trace, model, left, now, hold)
        if now >= model.ready_at:
            credit += model.units * trace.per_unit * STEP
            served = order(Waiting(trace, left, now, int(credit), rng))
            credit -= int(credit)
            late |= (left > 0) & (left == served) & (now + STEP > trace.due)
            left = left - served
        now += STEP
    return float(late.mean())


def _decide(trace: Trace, model: Model, left: Frames, now: float, hold: float) -> None:
    backlog, running = int(left.sum()), now >= model.ready_at
    if not backlog:
        if running:
            model.stop(now)
        return
    oldest = int(np.flatnonzero(left)[0])
    left_s = trace.due[oldest] - now - MARGIN * (trace.due[oldest] - trace.arrivals[oldest])
    if not model.units:
        needed, soon = (_units(trace, backlog, left_s - USUAL_START - wait) for wait in (0.0, STEP))
        if now - trace.arrivals[oldest] >= hold or soon > needed or soon > trace.most_units:
            model.start(min(needed, trace.most_units), now)
    elif running and (needed := _units(trace, backlog, left_s)) > model.units:
        # Larger only if it is late as it is, and would be on time afterwards.
        late = backlog / (model.units * trace.per_unit) > trace.due[oldest] - now
        if late and needed <= trace.most_units and left_s > USUAL_START + STOP_SECONDS:
            model.stop(now)
            model.start(needed, now)


def _units(trace: Trace, backlog: int, seconds: float) -> int:
    """The fewest units that are through in time; one more than there are if none is."""
    if seconds <= 0:
        return trace.most_units + 1
    return min(trace.most_units + 1, math.ceil(backlog / (seconds * trace.per_unit)))


def read(path: Path) -> Trace:
    held = json.loads(path.read_text())
    arrivals = np.array([at for at, _ in held["arrivals"]], dtype=float)
    due = arrivals + held["deadline_s"]
    return Trace(
        arrivals=arrivals,
        frames=np.array([frames for _, frames in held["arrivals"]], dtype=np.int64),
        due=due,
        lanes=np.array([lane(*times) for times in zip(due, arrivals, strict=True)]),
        per_unit=held["frames_per_s_per_unit"],
        most_units=held["max_units"],
    )


def measure(traces: Iterable[Path], hold: float) -> dict[str, float]:
    """The percentage of late videos by order, over traces."""
    pairs = [(seed, read(path)) for seed, path in enumerate(traces)]
    return {
        name: 100 * float(np.mean([late_share(trace, order, hold, seed) for seed, trace in pairs]))
        for name, order in ORDERS.items()
    }


def main() -> None:
    options = _options()
    traces = sorted(options.traces.glob("busy-120min-*.json"))[: 1 if options.quick else None]
    rows: list[Row] = []
    print(f"{'late videos in %, due in 2 h':32}" + "".join(f"{name:>8}" for name in ORDERS))
    for case, hold in HOLDS.items():
        late = measure(traces, hold)
        print(
            f"busy, due in 2 h, {case:14}"[:32].ljust(32) + "".join(f"{late[name]:8.2f}" for name in ORDERS)
        )
        rows += [
            _row(f"busy-120min, {case}", name, late[OURS], late[name]) for name in ORDERS if name != OURS
        ]
    if options.json:
        options.json.write_text(json.dumps({"machine": _machine(), "rows": rows}, indent=1))


def _row(case: str, against: str, ours: float, reference: float) -> Row:
    return {
        "case": case,
        "metric": f"late videos, against {against}",
        "ours": ours,
        "reference": reference,
        "ratio": ours / reference if reference else None,
        "unit": "%",
    }


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one trace instead of all")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--traces", type=Path, default=TRACES, help="the folder of the traces")
    return parser.parse_args()


if __name__ == "__main__":
    main()
