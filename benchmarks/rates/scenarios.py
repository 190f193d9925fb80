"""What happens to the pool in each scenario, and what is looked at besides utilisation and throttles."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.rates.model import HiddenModel
from benchmarks.rates.world import World

NEAR = 0.9  # of the limit, reached over one second
FOUND = 30.0  # seconds; later it counts as never

Script = Callable[[World, float], Awaitable[dict[str, float]]]  # world and length in seconds -> figures


@dataclass(frozen=True, slots=True)
class Scenario:
    """So many detectors on a model of so many units, each of which takes `per_unit` calls a second."""

    name: str
    replicas: int
    units: int
    per_unit: float
    script: Script
    seconds: float
    fixed: float  # calls a second that a replica with a fixed share is told

    def model(self) -> HiddenModel:
        return HiddenModel(self.units, self.per_unit)


def reached(model: HiddenModel, since: float) -> float:
    """Seconds until the model answers at nearly its rate for a second; NaN if it never does."""
    for tenth in range(round(10 * FOUND)):
        start = since + tenth / 10
        if model.count("answered", start, start + 1) >= NEAR * model.rate(start):
            return tenth / 10
    return float("nan")


async def constant(world: World, seconds: float) -> dict[str, float]:
    await asyncio.sleep(seconds)
    return {}


async def units(world: World, seconds: float) -> dict[str, float]:
    """1 -> 5 -> 2 -> 0 -> 5 units."""
    await asyncio.sleep(seconds / 5)
    starts = []
    for count in (5, 2, 0, 5):
        await world.restart(count)
        starts.append(time.time())
        await asyncio.sleep(seconds / 5)
    return {"s after a unit start": max(reached(world.model, start) for start in starts)}


async def crash(world: World, seconds: float) -> dict[str, float]:
    """A process that sends is killed in the middle."""
    await asyncio.sleep(seconds / 2)
    await world.kill_a_sender()
    died_at = time.time()
    await asyncio.sleep(seconds / 2)
    # Answers of the dead one's last calls may still come.
    return {"s after a crash": reached(world.model, died_at + 0.5) + 0.5}


async def silent(world: World, seconds: float) -> dict[str, float]:
    """Every unit takes a third less for a third of the time, and nobody is told."""
    before = world.model.per_unit
    await asyncio.sleep(seconds / 3)
    world.model.change(before * 2 / 3)
    await asyncio.sleep(seconds / 3)
    world.model.change(before)
    recovered_at = time.time()
    await asyncio.sleep(seconds / 3)
    return {"s after a silent recovery": reached(world.model, recovered_at)}


async def outage(world: World, seconds: float) -> dict[str, float]:
    """Nobody reaches the control table for a minute."""
    await asyncio.sleep((seconds - 60) / 2)
    world.proxy.cut()
    await asyncio.sleep(60)
    world.proxy.is_open = True
    await asyncio.sleep((seconds - 60) / 2)
    return {}


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("constant-3", 16, 1, 3.0, constant, 60, 3 / 16),
        Scenario("constant-15-alone", 1, 5, 3.0, constant, 45, 15.0),
        Scenario("constant-15", 4, 5, 3.0, constant, 45, 15 / 4),
        Scenario("constant-50", 16, 5, 10.0, constant, 45, 50 / 16),
        Scenario("units-1-5-2-0-5", 4, 1, 3.0, units, 200, 15 / 4),
        Scenario("sender-crash", 4, 5, 3.0, crash, 40, 15 / 4),
        Scenario("silent-drop", 4, 5, 3.0, silent, 180, 15 / 4),
        Scenario("table-outage", 4, 5, 3.0, outage, 90, 15 / 4),
    )
}
