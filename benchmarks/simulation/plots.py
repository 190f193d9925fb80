"""Plots of one simulated trace: backlog, units and cost over time, for several controllers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.simulation.traces import Trace
from benchmarks.simulation.world import World
from shared.models.control import ModelState

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
    """Draw backlog, the units of each controller, and cost over the same hours into a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    heights = [3, *(1 for _ in recordings), 3]
    figure, axes = pyplot.subplots(
        len(heights), 1, figsize=(11, 9), sharex=True, layout="constrained", height_ratios=heights
    )
    for number, (name, seen) in enumerate(recordings.items()):
        line = {"where": "post", "color": f"C{number}", "linewidth": 1.1}
        axes[0].step(seen.hours, seen.backlog, label=name, **line)
        axes[-1].step(seen.hours, seen.dollars, **line)
        axes[1 + number].fill_between(seen.hours, seen.units, step="post", color=f"C{number}")
        axes[1 + number].set_ylim(0, trace.most_units)
        axes[1 + number].set_ylabel("units")
    axes[0].set_ylabel("frames waiting")
    axes[-1].set_ylabel("dollars, start-ups billed")
    axes[-1].set_xlabel("hours since midnight")
    for axis in axes:
        axis.grid(alpha=0.3)
    title = f"{trace.name}: every video due {trace.given / HOUR:g} h after it came"
    figure.legend(loc="outside upper center", ncols=len(recordings), title=title)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
