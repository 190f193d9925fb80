"""`logostream model start` and `stop`: the hand that overrules the controller."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated

import typer

from services.cli.connection import Connection, connect
from services.cli.model.named import ALONE, models_of
from services.cli.settings import CliSettings
from shared.config.settings import load
from shared.models.control import Pause
from shared.models.rekognition import AlreadyInUse, Models, RekognitionError
from shared.runtime.command import Failure, run
from shared.videos.ledger import LedgerError, NotInstalled

TABLE_SECONDS = 5.0  # that `stop --now` waits for the control table

Name = Annotated[
    str | None, typer.Argument(metavar="DETECTOR", help="The detector whose model it is; all by default.")
]
Units = Annotated[int, typer.Option(min=1, help="Inference units to start with.")]
Now = Annotated[bool, typer.Option("--now", help="Ask Rekognition itself, and need nothing else of ours.")]


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


async def _start(detector: str | None, units: int) -> None:
    async with connect(load(CliSettings)) as connection:
        for name, models in models_of(connection, detector).items():
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
        named = models_of(connection, detector)
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
