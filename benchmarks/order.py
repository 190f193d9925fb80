"""Compare the orders in which waiting frames may be served, by the share of videos that come too late.

    python benchmarks/order.py [--quick] [--json FILE] [--traces DIR]

The busy days of the traces, in the world and under the policy of benchmarks/controller.py; only the order in
which frames are served differs. Videos are due in two hours, as the traces say, in one to twelve hours, or a
fifth of them in one hour and the others in twelve.

    fair      of every video as many: message groups
    stay      a queue for each span of time in which videos are due (messaging/lanes.py), fair within each
    lanes     ours: likewise, but what comes before its turn is sent on (messaging/laned.py)
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
from benchmarks.simulation.orders import DUST, Fair, Ideal, Lanes, Order
from benchmarks.simulation.traces import Trace, read
from benchmarks.simulation.world import Backlog, World, simulate
from services.controller.deciding.view import StartBilling

TRACES = Path(__file__).parents[2] / "shared" / "traces"
KIND, GIVEN = "busy", 7200.0  # of the traces that are looked at
HOLDS = {"hold 30 min": 1800.0, "hold as long as possible": math.inf}
HOUR = 3600.0
OURS = "lanes"

Deadline = Callable[[random.Random, Trace], float]  # seconds that a video is given
Row = dict[str, Any]

ORDERS: dict[str, Callable[[], Order]] = {
    "fair": Fair,
    "stay": partial(Lanes, sends_on=False),
    OURS: Lanes,
    "ideal": Ideal,
}
DEADLINES: dict[str, Deadline] = {
    "due in 2 h": lambda chance, trace: trace.given,
    "due in 1 to 12 h": lambda chance, trace: chance.uniform(HOUR, 12 * HOUR),
    "due in 1 h or 12 h": lambda chance, trace: HOUR if chance.random() < 0.2 else 12 * HOUR,
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
        served = self._order.serve(self.backlog, budget, self.now, seconds)
        self.examined += served
        for entry in [entry for entry in self.backlog if entry.frames <= DUST]:
            self._finished(entry, self.now + served / rate)
        self.backlog = [entry for entry in self.backlog if entry.frames > DUST]
        heapq.heapify(self.backlog)
        if not self.backlog:
            self._broken_off = 0


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
