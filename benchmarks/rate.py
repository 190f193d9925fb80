"""Measure how the detectors share a hidden rate: how much of it they use, and how many calls are throttled.

    python benchmarks/rate.py [--scenario NAME]... [--quick] [--json FILE] [--plots DIR] [--only STRATEGY]

Real detector processes against a model with the stand-in's hidden token bucket, on the embedded AWS
(MiniStack): ours, botocore's adaptive retries, and a share fixed by hand (which is told the limit), one after
the other in the same run. Used is what was answered of the calls that the model could have taken; lost are
frames that were never reported, twice those reported more than once (the ledger counts them once). Every run
starts without anything learnt, and its first seconds, in which the rate is found, are not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import write_figures
from benchmarks.rates.scenarios import SCENARIOS, Scenario
from benchmarks.rates.world import installation, world

WARM_UP = 25.0  # seconds until the rate is found
THROTTLED = "ProvisionedThroughputExceededException"
STRATEGIES = ("ours", "adaptive", "fixed")
PROMISED = 0.985  # utilisation

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy in one scenario."""

    figures: dict[str, float]
    answered: list[float]  # a second, from the warm-up on
    throttled: list[float]
    limit: list[float]


def main() -> None:
    # Whatever ends us, the detectors end with us.
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    options = _options()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(options, Path(folder), rows))
    if options.json:
        write_figures(options.json, rows)


async def _measure(options: argparse.Namespace, folder: Path, rows: list[Row]) -> None:
    print(f"{'scenario':18} {'strategy':9} {'replicas':>8} {'used':>7} {'throttled':>9} lost twice")
    async with installation(folder) as address:
        for name in options.scenario or SCENARIOS:
            scenario = SCENARIOS[name]
            runs = {
                strategy: await _run(scenario, strategy, address, folder, options.quick)
                for strategy in options.only or STRATEGIES
            }
            rows += _rows(scenario, runs)
            if options.plots:
                _plot(scenario, runs, options.plots)


async def _run(scenario: Scenario, strategy: str, address: str, folder: Path, quick: bool) -> Run:
    model = scenario.model()
    command = ["-m", "services.detector"]
    if strategy != "ours":
        command = ["-m", "benchmarks.rates.peers", strategy, str(scenario.fixed)]
    name = f"{scenario.name}-{strategy}"
    async with world(address, folder, name, model, scenario.replicas, command) as made:
        begun = time.time()
        await asyncio.sleep(WARM_UP)
        start = time.time()
        special = await scenario.script(made, scenario.seconds / (2 if quick else 1))
        end = time.time()
        lost = await made.drained()
    answered, throttled = model.count("answered", start, end), model.count(THROTTLED, start, end)
    figures = {
        "utilisation": answered / model.capacity(start, end),
        "throttled": throttled / max(1, answered + throttled),
        "abandoned": float(lost),
        "twice": float(sum(times > 1 for times in made.frames.reported.values())),
        **special,
    }
    _print(scenario, strategy, figures)
    seconds = [begun + n for n in range(int(end - begun))]
    return Run(
        figures,
        answered=[model.count("answered", at, at + 1) for at in seconds],
        throttled=[model.count(THROTTLED, at, at + 1) for at in seconds],
        limit=[model.capacity(at, at + 1) for at in seconds],
    )


def _print(scenario: Scenario, strategy: str, figures: dict[str, float]) -> None:
    special = [f"{value:.1f} {what}" for what, value in figures.items() if what.startswith("s ")]
    print(
        f"{scenario.name:18} {strategy:9} {scenario.replicas:8} {figures['utilisation']:7.1%} "
        f"{figures['throttled']:9.1%} {figures['abandoned']:4.0f} {figures['twice']:5.0f}  "
        f"{' '.join(special)}",
        flush=True,
    )


def _rows(scenario: Scenario, runs: dict[str, Run]) -> list[Row]:
    return [
        {
            "case": f"{scenario.name}, {scenario.replicas} replicas, against {strategy}",
            "metric": metric.removeprefix("s "),
            "ours": round(ours, 4),
            "reference": round(run.figures[metric], 4),
            "ratio": round(ours / run.figures[metric], 3) if run.figures[metric] else None,
            "unit": "s"
            if metric.startswith("s ")
            else "frames"
            if metric in ("abandoned", "twice")
            else "share",
        }
        for strategy, run in runs.items()
        if strategy != "ours" and "ours" in runs
        for metric, ours in runs["ours"].figures.items()
    ]


def _plot(scenario: Scenario, runs: dict[str, Run], folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(len(runs), 1, figsize=(10, 2.4 * len(runs)), sharex=True, squeeze=False)
    for axis, (strategy, run) in zip(axes[:, 0], runs.items(), strict=True):
        axis.bar(range(len(run.answered)), run.answered, 1.0, color="#4a7", label="answered")
        axis.bar(
            range(len(run.answered)), run.throttled, 1.0, bottom=run.answered, color="#d54", label="throttled"
        )
        axis.step(range(len(run.limit)), run.limit, where="post", color="#000", label="limit")
        axis.axvspan(0, WARM_UP, color="#eee", zorder=0)
        axis.set_ylim(0, 2.2 * max(run.limit))
        axis.set_ylabel("calls/s")
        axis.set_title(
            f"{strategy}: {run.figures['utilisation']:.1%} used, {run.figures['throttled']:.1%} throttled",
            fontsize=9,
        )
    axes[0, 0].legend(loc="upper right", fontsize=8, ncols=3)
    axes[-1, 0].set_xlabel("seconds (grey: finding the rate, not counted)")
    figure.suptitle(f"{scenario.name}, {scenario.replicas} detectors")
    figure.tight_layout()
    figure.savefig(folder / f"{scenario.name}.png", dpi=90)
    pyplot.close(figure)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--scenario", action="append", choices=SCENARIOS, help="only this one; may be repeated"
    )
    parser.add_argument(
        "--only", action="append", choices=STRATEGIES, help="only this strategy; may be repeated"
    )
    parser.add_argument("--quick", action="store_true", help="half as long")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--plots", type=Path, help="draw each scenario into this folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
