"""`logostream model status`: what each model does, why, and what it has cost."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from services.cli.connection import Connection, connect
from services.cli.model.named import ALONE, models_of
from services.cli.settings import CliSettings
from shared.config.settings import load
from shared.costs.prices import running_cost
from shared.costs.usage import day_key, day_of, day_use
from shared.models.control import ModelReport
from shared.models.rekognition import Models
from shared.runtime.command import run
from shared.videos.ledger import NotInstalled
from shared.wording import count

SILENT_SECONDS = 60.0  # after which a controller is taken to be dead

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def status(as_json: AsJson = False) -> None:
    """Show each model's state, why it is in it, and what it has cost.

    Example: logostream model status
    """
    run(_status(as_json))


async def _status(in_json: bool) -> None:
    async with connect(load(CliSettings)) as connection:
        found = [await _seen(connection, *each) for each in models_of(connection, None).items()]
        if in_json:
            typer.echo(json.dumps(found, indent=2))
            return
        for each in found:
            typer.echo(_told(each))


async def _seen(connection: Connection, name: str, models: Models) -> dict[str, Any]:
    """What the installation knows of a model; where there is none, what Rekognition does."""
    try:
        return await _reported(connection, name)
    except NotInstalled:
        found = await models.describe()
    report = {"state": found.state, "units": found.units, "reason": found.message}
    return {"model": name, "report": report, "installed": False}


async def _reported(connection: Connection, name: str) -> dict[str, Any]:
    now = time.time()
    report = await connection.board.report(name)
    pause = await connection.board.pause(name)
    pool = await connection.pools.read(name)
    today = day_use(await connection.board.record(day_key(name, day_of(now))))
    return {
        "model": name,
        "report": asdict(report) if report else None,
        "installed": True,
        "controller_silent": _silent(report, now),
        "paused": pause.reason if pause else None,
        "frames_per_second_per_unit": pool.per_unit if pool and pool.learnt else None,
        "dollars_today": running_cost(today.running),
        "dollars": running_cost(report.unit_seconds) if report else 0.0,
    }


def _silent(report: ModelReport | None, now: float) -> float | None:
    """For how long no controller has reported, in seconds, when that is too long."""
    silent = now - report.at if report else None
    return silent if silent and silent > SILENT_SECONDS else None


def _told(seen: dict[str, Any]) -> str:
    report = seen["report"]
    if report is None:
        return (
            f"{seen['model']}: no controller has reported yet: start one with `python -m services.controller`"
        )
    lines = [
        f"{seen['model']}  {report['state']}, {count(report['units'], 'unit')}",
        f"  {report['reason']}",
        *(_priced(seen) if seen["installed"] else [f"  {ALONE}"]),
    ]
    return "\n".join(lines)


def _priced(seen: Mapping[str, Any]) -> list[str]:
    """What a model cost and does, and whether anybody looks after it."""
    rate = seen["frames_per_second_per_unit"]
    lines = [
        f"  ${seen['dollars_today']:.2f} today, ${seen['dollars']:.2f} in all, at AWS's list price",
        f"  {rate:.1f} frames/s per unit, as learnt" if rate else "  frames/s per unit: not learnt yet",
    ]
    if seen["controller_silent"]:
        lines.append(f"  no controller has reported for {seen['controller_silent'] / 60:.0f} minutes")
    return lines
