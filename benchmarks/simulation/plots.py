"""Plots of one simulated trace: backlog, units and cost over time, for several controllers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.simulation.traces import Trace
from benchmarks.simulation.world import World
from shared.control import ModelState

HOUR = 3600.0


@dataclass(slots=True)
class Recording:
    """What a controller's world looked like at every tick; called once a tick."""

    hours: list[float] = field(default_factory=list)
    backlog: list[float] = field(default_factory=list)  # frames
    units: list[int] = field(default_factory=list)  # RUNNING
    dollars: list[float] = field(default_factory=list)

    def __call__(self, world: World) -> None:
        self.hours.append(world.now / HOUR)
        self.backlog.append(world.frames)
        self.units.append(world.units if world.state is ModelState.RUNNING else 0)
        self.dollars.append(world.tally.cost(billed=True))


def plot(trace: Trace, recordings: Mapping[str, Recording], path: Path) -> None:
    """Draw three panels over the same hours into a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(3, 1, figsize=(11, 8), sharex=True, layout="constrained")
    for name, seen in recordings.items():
        series: Sequence[Sequence[float]] = (seen.backlog, seen.units, seen.dollars)
        for axis, values in zip(axes, series, strict=True):
            axis.step(seen.hours, values, where="post", label=name, linewidth=1.1)
    for axis, label in zip(
        axes, ("frames waiting", "units running", "dollars, start-ups billed"), strict=True
    ):
        axis.set_ylabel(label)
        axis.grid(alpha=0.3)
    axes[0].legend(loc="upper right", fontsize=8, ncols=len(recordings))
    axes[0].set_title(f"{trace.name}: every video due {trace.given / HOUR:g} h after it came")
    axes[-1].set_xlabel("hours since midnight")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
