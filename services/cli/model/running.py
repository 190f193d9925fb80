"""`logostream model start`, `stop` and `status`: the hand that overrules the controller."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.connection import connect
from services.cli.running import Failure, run
from services.cli.settings import CliSettings
from shared.arns import model_name
from shared.costs import running_cost
from shared.rekognition import AlreadyInUse, ProjectVersion
from shared.settings import load

Units = Annotated[int, typer.Option(min=1, help="Inference units to start with.")]


def start(units: Units = 1) -> None:
    """Start the model now, whether there is work or not.

    Example: logostream model start --units 2
    """
    run(_start(units))


def stop() -> None:
    """Stop the model now, by asking Rekognition itself: no table and no controller is needed.

    Example: logostream model stop
    """
    run(_stop())


def status() -> None:
    """Show the model's state, why it is in it, and what it has cost.

    Example: logostream model status
    """
    run(_status())


async def _start(units: int) -> None:
    settings = load(CliSettings)
    async with connect(settings) as connection:
        arn = _model_arn(settings)
        await ProjectVersion(connection.aws.models, "", arn).start(units)
        typer.echo(f"{model_name(arn)} is starting; it bills by the unit and hour until it is stopped")


async def _stop() -> None:
    settings = load(CliSettings)
    async with connect(settings) as connection:
        arn = _model_arn(settings)
        try:
            await ProjectVersion(connection.aws.models, "", arn).stop()
        except AlreadyInUse as error:
            raise Failure(f"{model_name(arn)} is not running: {error}") from None
        typer.echo(f"{model_name(arn)} is stopping")


async def _status() -> None:
    settings = load(CliSettings)
    async with connect(settings) as connection:
        report = await connection.board.report(model_name(_model_arn(settings)))
        if report is None:
            raise Failure("no controller has reported yet: start one with `python -m services.controller`")
        typer.echo(f"{report.model} {report.state}: {report.reason}")
        typer.echo(f"${running_cost(report.unit_seconds):.2f} so far at AWS's list price")


def _model_arn(settings: CliSettings) -> str:
    if settings.model_arn is None:
        raise Failure("no model is named: set LOGOSTREAM_MODEL_ARN")
    return settings.model_arn
