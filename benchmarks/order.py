"""Compare the orders in which waiting frames may be served, by the share of videos that come too late.

    python benchmarks/order.py [--quick] [--json FILE] [--traces DIR]

The busy days of the traces, in the world and under the policy of benchmarks/controller.py; only the order in
which frames are served differs. Videos are due in two hours, as the traces say, or in one to twelve hours.

    fair      of every video as many: message groups
    lanes     ours: a queue for each span of time in which videos are due (shared/lanes.py), fair within each
    N x M     as many such lanes, of so many minutes each
    ideal     of the video due first, always: no queue of SQS can
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.figures import write_figures
from benchmarks.simulation.controllers import Shipped
from benchmarks.simulation.traces import Trace, read
from benchmarks.simulation.world import Backlog, World, simulate
from services.controller.view import StartBilling
from shared.lanes import LANES, SPAN, in_order, lane

TRACES = Path(__file__).parents[2] / "shared" / "traces"
KIND, GIVEN = "busy", 7200.0  # of the traces that are looked at
HOLDS = {"hold 30 min": 1800.0, "hold as long as possible": math.inf}
EPOCH = 1.8e9 // SPAN * SPAN  # when the traces begin, as lanes tell the time
OURS = "lanes"
DUST = 1e-6  # frames

Groups = list[list[Backlog]]  # in the order they are served, each fairly
Deadline = Callable[[random.Random, Trace], float]  # seconds that a video is given
Row = dict[str, Any]


class Fair:
    """All videos alike."""

    def groups(self, backlog: list[Backlog], now: float) -> Groups:
        return [backlog]


class Ideal:
    """One video after another."""

    def groups(self, backlog: list[Backlog], now: float) -> Groups:
        return [[entry] for entry in sorted(backlog)]


class Lanes:
    """So many lanes of so many seconds; a frame's is chosen when it arrives."""

    def __init__(self, count: int = LANES, span: float = SPAN) -> None:
        self._lane = partial(lane, count=count, span=span)
        self._in_order = partial(in_order, count=count, span=span)

    def groups(self, backlog: list[Backlog], now: float) -> Groups:
        by_lane: dict[int, list[Backlog]] = {}
        for entry in backlog:
            number = self._lane(EPOCH + entry.due_at, EPOCH + entry.arrived_at)
            by_lane.setdefault(number, []).append(entry)
        return [by_lane.get(number, []) for number in self._in_order(EPOCH + now)]


Order = Fair | Ideal | Lanes
ORDERS: dict[str, Callable[[], Order]] = {
    "fair": Fair,
    OURS: Lanes,
    "5 x 160": partial(Lanes, 5, 9600.0),
    "8 x 80": partial(Lanes, 8, 4800.0),
    "20 x 40": partial(Lanes, 20, 2400.0),
    "ideal": Ideal,
}
DEADLINES: dict[str, Deadline] = {
    "due in 2 h": lambda chance, trace: trace.given,
    "due in 1 to 12 h": lambda chance, trace: chance.uniform(3600.0, 43_200.0),
}


class Ordered(World):
    """The world with an order, and deadlines, of its own."""

    def __init__(self, trace: Trace, order: Order, deadline: Deadline) -> None:
        super().__init__(trace)
        self._order = order
        chance = random.Random(trace.name)
        self._given = [deadline(chance, trace) for _ in trace.arrivals]

    def _arrive(self) -> None:
        number, (at, frames) = self._arrivals.pop()
        heapq.heappush(self.backlog, Backlog(at + self._given[number], at, number, float(frames)))

    def _serve(self, rate: float, seconds: float) -> None:
        budget = rate * seconds
        for group in self._order.groups(self.backlog, self.now):
            budget -= self._share_out(group, budget)
        for entry in [entry for entry in self.backlog if entry.frames <= DUST]:
            self._finished(entry, self.now + seconds - budget / rate)
        self.backlog = [entry for entry in self.backlog if entry.frames > DUST]
        heapq.heapify(self.backlog)
        if not self.backlog:
            self._broken_off = 0

    def _share_out(self, group: Sequence[Backlog], budget: float) -> float:
        """Serve every video of a group alike, as far as it has frames; returns how many were served."""
        served = 0.0
        for count, entry in zip(range(len(group), 0, -1), sorted(group, key=_frames), strict=True):
            took = min(entry.frames, (budget - served) / count)
            entry.frames -= took
            served += took
        self.examined += served
        return served


def _frames(entry: Backlog) -> float:
    return entry.frames


def late_share(traces: Sequence[Trace], order: Callable[[], Order], deadline: Deadline, hold: float) -> float:
    """The percentage of videos that come too late, over traces."""
    tallies = [
        simulate(Ordered(trace, order(), deadline), Shipped(StartBilling.UNBILLED, hold)) for trace in traces
    ]
    return 100 * sum(tally.late for tally in tallies) / sum(tally.videos for tally in tallies)


def main() -> None:
    """Simulate every order in every case, print the table, write the figures."""
    options = _options()
    found = [trace for trace in read(options.traces) if (trace.kind, trace.given) == (KIND, GIVEN)]
    traces = found[: 1 if options.quick else None]
    print(f"{'late videos in %':44}" + "".join(f"{name:>9}" for name in ORDERS))
    rows: list[Row] = []
    for due, deadline in DEADLINES.items():
        for held, hold in HOLDS.items():
            case = f"{due}, {held}"
            late = {name: late_share(traces, order, deadline, hold) for name, order in ORDERS.items()}
            print(f"{case:44}" + "".join(f"{late[name]:9.2f}" for name in ORDERS), flush=True)
            rows += [_row(case, name, late[OURS], late[name]) for name in ORDERS if name != OURS]
    if options.json:
        write_figures(options.json, rows)


def _row(case: str, against: str, ours: float, reference: float) -> Row:
    return {
        "case": case,
        "metric": f"late videos, against {against}",
        "ours": ours,
        "reference": reference,
        "ratio": ours / reference if reference else None,
        "unit": "%",
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one trace instead of all")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--traces", type=Path, default=TRACES, help="the folder of the traces")
    return parser.parse_args()


if __name__ == "__main__":
    main()
