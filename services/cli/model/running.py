"""`logostream model start`, `stop` and `status`: the hand that overrules the controller."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from services.cli.connection import Connection, connect
from services.cli.settings import CliSettings
from shared.aws.rekognition import ProjectVersion
from shared.config.arns import model_name
from shared.config.detectors import ModelSpec
from shared.config.settings import load
from shared.costs.prices import running_cost
from shared.costs.usage import day_key, day_of, day_use
from shared.models.control import ModelReport, Pause
from shared.models.rekognition import AlreadyInUse, Models, RekognitionError
from shared.runtime.command import Failure, run
from shared.videos.ledger import LedgerError, NotInstalled
from shared.wording import count

SILENT_SECONDS = 60.0  # after which a controller is taken to be dead
TABLE_SECONDS = 5.0  # that `stop --now` waits for the control table
ALONE = "there is no installation here, so no controller starts, stops or prices it"

Name = Annotated[
    str | None, typer.Argument(metavar="DETECTOR", help="The detector whose model it is; all by default.")
]
Units = Annotated[int, typer.Option(min=1, help="Inference units to start with.")]
Now = Annotated[bool, typer.Option("--now", help="Ask Rekognition itself, and need nothing else of ours.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def start(detector: Name = None, units: Units = 1) -> None:
    """Take the hand from the switch and start the model now, whether there is work or not.

    The controller leaves it alone for a while, and stops it when it has no work. Where there is no
    installation, as beside a stand-in that runs alone, it runs until `logostream model stop`.

    Example: logostream model start --units 2
    """
    run(_start(detector, units))


def stop(detector: Name = None, now: Now = False) -> None:
    """Stop the model and keep it stopped until `logostream model start`.

    The controller stops it at its next tick. With --now, or where there is no installation, this command asks
    Rekognition itself, which works without controller and tables, too.

    Example: logostream model stop --now
    """
    run(_stop(detector, now))


def status(as_json: AsJson = False) -> None:
    """Show each model's state, why it is in it, and what it has cost.

    Example: logostream model status
    """
    run(_status(as_json))


async def _start(detector: str | None, units: int) -> None:
    async with connect(load(CliSettings)) as connection:
        for name, models in _models(connection, detector).items():
            installed = await _switched(connection, name, None)
            try:
                await models.start(units)
            except AlreadyInUse as error:
                raise Failure(f"{name} cannot be started now: {error}") from None
            typer.echo(f"{name} is starting; each unit bills by the hour until it is stopped")
            if not installed:
                typer.echo(ALONE)


async def _stop(detector: str | None, now: bool) -> None:
    async with connect(load(CliSettings)) as connection:
        named = _models(connection, detector)
        if now:
            await _stop_all_now(connection, named)
            return
        for name, models in named.items():
            if await _switched(connection, name, _hand()):
                typer.echo(f"{name} will be stopped by the controller; `logostream model start` ends this")
            else:
                await _stop_all_now(connection, {name: models})


async def _switched(connection: Connection, name: str, pause: Pause | None) -> bool:
    """Set the switch or take the hand from it; False where there is no installation that would look at it."""
    try:
        await connection.board.set_pause(name, pause)
    except NotInstalled:
        return False
    return True


async def _stop_all_now(connection: Connection, named: Mapping[str, Models]) -> None:
    """Stop whatever can be stopped; raises `Failure` for the rest afterwards."""
    failures = []
    for name, models in named.items():
        # Rekognition first: nothing of ours may stand between this command and the end of the bill.
        try:
            await models.stop()
            typer.echo(f"{name} is stopping")
        except AlreadyInUse as error:
            typer.echo(f"{name} does not run: {error}")
        except RekognitionError as error:
            failures.append(f"{name} was not stopped: {error}")
        await _set_switch(connection, name)
    if failures:
        raise Failure("; ".join(failures))


async def _set_switch(connection: Connection, name: str) -> None:
    try:
        async with asyncio.timeout(TABLE_SECONDS):
            await _switched(connection, name, _hand())
    except (LedgerError, TimeoutError) as error:
        typer.echo(f"the switch could not be set, so a controller that lives may start it again: {error}")


def _hand() -> Pause:
    return Pause("stopped by hand", time.time())


async def _status(in_json: bool) -> None:
    async with connect(load(CliSettings)) as connection:
        found = [await _seen(connection, *each) for each in _models(connection, None).items()]
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


def _models(connection: Connection, detector: str | None) -> dict[str, Models]:
    """The models by name: of one detector, or all; raises `Failure`."""
    specs = connection.settings.models()
    if not specs:
        raise Failure(
            "no model is named: set LOGOSTREAM_MODEL_ARN and LOGOSTREAM_PROJECT_ARN, which "
            "`logostream model list --json` tells"
        )
    if detector is not None and detector not in specs:
        raise Failure(f"no detector {detector!r} has a model: the ones with models are {', '.join(specs)}")
    wanted = [spec for name, spec in specs.items() if detector in (None, name)]
    return dict(_model(connection, spec) for spec in wanted)


def _model(connection: Connection, spec: ModelSpec) -> tuple[str, Models]:
    assert spec.model_arn
    version = ProjectVersion(connection.aws.models, spec.project_arn or "", spec.model_arn)
    return model_name(spec.model_arn), version
