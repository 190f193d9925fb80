"""Measure the shipped policy of the controller against its rivals and against a planner who knew the future.

    python benchmarks/controller.py [--quick] [--json FILE] [--traces DIR] [--plots DIR]

A discrete-event simulation ticks every ten seconds over every trace in DIR. The reference of a cost is the
optimum that the trace states, found by a dynamic programme that knows all arrivals. Costs and late videos are
pooled over all traces whose videos are given two hours or more; shorter ones are reported apart, as a cold
start cannot keep a deadline of half an hour. --quick leaves out the traces of a whole week.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.figures import write_figures
from benchmarks.simulation.controllers import AlwaysOn, Idling, Keda, Shipped
from benchmarks.simulation.plots import Recording, plot
from benchmarks.simulation.traces import DAY, Trace, read
from benchmarks.simulation.world import MEDIAN_START, Control, Tally, World, simulate
from services.controller.deciding.view import StartBilling

TRACES = Path(__file__).parents[2] / "shared" / "traces"
PATIENT = 7200.0  # seconds given, from which on a trace counts in the pool
HALF_AN_HOUR = 1800.0
UNBILLED, BILLED, UNKNOWN = StartBilling.UNBILLED, StartBilling.BILLED, StartBilling.UNKNOWN


@dataclass(frozen=True, slots=True)
class Case:
    """A controller, and the world it is put in."""

    name: str
    make: Callable[[], Control]
    median_start: float = MEDIAN_START  # seconds


NO_HOLD = Case("hold 0", partial(Shipped, UNBILLED))
UNLIMITED = Case("hold unlimited", partial(Shipped, BILLED))
POLICY = (
    NO_HOLD,
    Case("hold 30 min", partial(Shipped, BILLED, hold=HALF_AN_HOUR)),
    Case("hold D/4", partial(Shipped, UNKNOWN)),
    UNLIMITED,
)
ADVERSITY = tuple(
    case
    for name, billing in (("hold 0", UNBILLED), ("hold unlimited", BILLED))
    for case in (
        Case(f"{name}, start-up 20 min", partial(Shipped, billing), 2 * MEDIAN_START),
        Case(f"{name}, rate presumed x2", partial(Shipped, billing, presumed=2.0)),
        Case(f"{name}, rate presumed /2", partial(Shipped, billing, presumed=0.5)),
        Case(f"{name}, x2 and detectors never learn", partial(Shipped, billing, presumed=2.0, learns=False)),
        Case(f"{name}, /2 and detectors never learn", partial(Shipped, billing, presumed=0.5, learns=False)),
    )
)
THRESHOLD = Case("threshold, 1 unit, 300 s", partial(Idling, 300.0))
ELASTIC = Case("KEDA's formula, elastic", partial(Keda, elastic=True))
RIVALS = (
    Case("always on, 1 unit", partial(AlwaysOn, 1)),
    Case("always on, 5 units", partial(AlwaysOn, 5)),
    THRESHOLD,
    Case("ski rental, 1 unit, 600 s", partial(Idling, 600.0)),
    Case("KEDA's formula, by restart", partial(Keda, elastic=False)),
    ELASTIC,
)
CASES = (*POLICY, *ADVERSITY, *RIVALS)
PLOTTED = (NO_HOLD, UNLIMITED, THRESHOLD, ELASTIC)


@dataclass(slots=True)
class Pool:
    """The sums over some traces."""

    unbilled: float = 0.0  # dollars
    billed: float = 0.0
    optimum_unbilled: float = 0.0
    optimum_billed: float = 0.0
    videos: int = 0
    late: int = 0
    starts: int = 0
    broken_off: int = 0
    oscillations: int = 0
    ages: list[float] = field(default_factory=list)

    def add(self, trace: Trace, tally: Tally) -> None:
        self.unbilled += tally.cost(billed=False)
        self.billed += tally.cost(billed=True)
        self.optimum_unbilled += trace.optimum_unbilled
        self.optimum_billed += trace.optimum_billed
        self.videos += tally.videos
        self.late += tally.late
        self.starts += tally.starts
        self.broken_off += tally.broken_off
        self.oscillations += tally.oscillations
        self.ages += tally.ages


def main() -> None:
    """Simulate every case over every trace, print the table, write the figures, draw the plots."""
    options = _options()
    traces = read(options.traces)
    if options.quick:
        traces = [trace for trace in traces if trace.days <= DAY]
    patient = [trace for trace in traces if trace.given >= PATIENT]
    hasty = [trace for trace in traces if trace.given < PATIENT]
    with ProcessPoolExecutor() as processes:
        rows = _measured(processes, CASES, patient, "") + _measured(processes, POLICY, hasty, ", D 30 min")
    if options.plots:
        _draw(patient, options.plots)
    if options.json:
        write_figures(options.json, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--traces", type=Path, default=TRACES)
    parser.add_argument("--plots", type=Path, help="folder for a PNG per kind of trace")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _measured(
    processes: Executor, cases: Sequence[Case], traces: Sequence[Trace], note: str
) -> list[dict[str, Any]]:
    if not traces:
        return []
    work = [(case, trace) for case in cases for trace in traces]
    tallies = processes.map(_simulated, *zip(*work, strict=True))
    rows = []
    for case in cases:
        pool = Pool()
        for trace in traces:
            pool.add(trace, next(tallies))
        rows.append(_rows(case.name + note, pool))
        _print(rows[-1])
    return list(chain.from_iterable(rows))


def _simulated(case: Case, trace: Trace) -> Tally:
    return simulate(World(trace, median_start=case.median_start), case.make())


def _rows(case: str, pool: Pool) -> list[dict[str, Any]]:
    def row(metric: str, ours: float, reference: float | None, unit: str) -> dict[str, Any]:
        ratio = ours / reference if reference else None
        return {
            "case": case, "metric": metric, "ours": ours, "reference": reference, "ratio": ratio, "unit": unit
        }  # fmt: skip

    return [
        row("cost, start-ups unbilled", pool.unbilled, pool.optimum_unbilled, "$"),
        row("cost, start-ups billed", pool.billed, pool.optimum_billed, "$"),
        row("late videos", 100 * pool.late / pool.videos, None, "%"),
        row("age of results, p95", quantiles(pool.ages, n=20)[-1] / 60, None, "min"),
        row("starts", pool.starts, None, "1"),
        row("restarts amid work", pool.broken_off, None, "1"),
        row("oscillations", pool.oscillations, None, "1"),
    ]


def _print(rows: Sequence[dict[str, Any]]) -> None:
    by = {row["metric"]: row for row in rows}
    print(
        f"{rows[0]['case']:<46}"
        f"  unbilled x{by['cost, start-ups unbilled']['ratio']:6.3f}"
        f"  billed x{by['cost, start-ups billed']['ratio']:6.3f}"
        f"  late {by['late videos']['ours']:6.2f} %"
        f"  p95 age {by['age of results, p95']['ours']:5.0f} min"
        f"  starts {by['starts']['ours']:5}"
        f"  restarts {by['restarts amid work']['ours']:4}"
        f"  oscillations {by['oscillations']['ours']}",
        flush=True,
    )


def _draw(traces: Sequence[Trace], folder: Path) -> None:
    """One plot for the first trace of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    firsts = {trace.kind: trace for trace in reversed(traces)}
    for trace in firsts.values():
        recordings = {case.name: Recording() for case in PLOTTED}
        for case in PLOTTED:
            simulate(World(trace), case.make(), recordings[case.name])
        plot(trace, recordings, folder / f"{trace.name}.png")


if __name__ == "__main__":
    main()
