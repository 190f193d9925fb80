"""`logostream costs`: what the models cost, what else it could have cost, and what a plan will cost."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console, RenderableType

from services.cli.connection import Connection, connect
from services.cli.costs import tables
from services.cli.costs.bill import MOST_UNITS, as_dicts, bill, days_of_month, uses, video_bill
from services.cli.costs.planning import NotUnderstood, due, length
from services.cli.settings import CliSettings
from services.cli.videos.lookup import find_video
from shared.config.arns import model_name
from shared.config.settings import load
from shared.costs.demand import Capacity
from shared.costs.forecast import Plan, forecast
from shared.costs.idle import idle_month
from shared.runtime.command import Failure, run
from shared.videos.ledger import ANY_STATE

PRESUMED_START = 900.0  # seconds: the controller's 90th percentile before it has seen a start
RATES = (1.0, 2.8, 5.0)  # frames per second and unit that people have met with, where none is learnt

OfVideo = Annotated[str | None, typer.Option("--video", help="One video: its id, or the start of it.")]
OfDay = Annotated[str | None, typer.Option("--day", help="One day (UTC), such as 2026-11-25.")]
Planned = Annotated[
    str | None, typer.Option("--forecast", help="What so much video will cost, such as '40 h of 1080p'.")
]
Due = Annotated[str | None, typer.Option("--due", help="When it must be done: 'tomorrow 08:00' (UTC).")]
OfStack = Annotated[bool, typer.Option("--stack", help="What the stack on AWS costs a month without work.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def costs(
    video: OfVideo = None,
    day: OfDay = None,
    planned: Planned = None,
    due_at: Due = None,
    stack: OfStack = False,
    as_json: AsJson = False,
) -> None:
    """Show what the models cost this month, on a day, for a video, or for what is planned.

    Beside it stands what the same frames would have cost with one unit always on, with KEDA's formula, and
    with a detector that AWS bills by the image.

    Examples: logostream costs --video match · logostream costs --forecast 40h --due "tomorrow 08:00"
    """
    if stack:
        items = idle_month()
        _print(as_json, [asdict(item) for item in items], tables.idle(items))
    elif planned:
        run(_forecast(planned, due_at, as_json))
    elif video:
        run(_of_video(video, as_json))
    else:
        run(_of_days(day, as_json))


async def _of_days(day: str | None, in_json: bool) -> None:
    async with connect(load(CliSettings)) as connection:
        days = [_date(day).isoformat()] if day else days_of_month(datetime.now(UTC).date())
        period = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        videos = await connection.videos.in_states(ANY_STATE)
        bills = [
            bill(model, period, await uses(connection.board, model, days), videos)
            for model in _models(connection.settings)
        ]
        _print(in_json, as_dicts(bills), tables.periods(bills))


async def _of_video(name: str, in_json: bool) -> None:
    async with connect(load(CliSettings)) as connection:
        found = await find_video(connection.videos, name)
        bills = [await video_bill(connection.board, model, found) for model in _models(connection.settings)]
        _print(in_json, as_dicts(bills), tables.videos(bills))


async def _forecast(planned: str, due_at: str | None, in_json: bool) -> None:
    settings, now = load(CliSettings), time.time()
    try:
        ends = due(due_at, now) if due_at else now + settings.deadline_seconds
        plan = Plan(length(planned), float(settings.interval), now, ends)
    except NotUnderstood as error:
        raise typer.BadParameter(str(error)) from None
    async with connect(settings) as connection:
        rates = await _rates(connection)
    found = [forecast(plan, Capacity(rate, PRESUMED_START, MOST_UNITS)) for rate in rates]
    _print(in_json, [asdict(each) for each in found], tables.forecasts(plan, found))


async def _rates(connection: Connection) -> Sequence[float]:
    """The learnt rates of the models; those people have met with before anything is learnt."""
    pools = [await connection.pools.read(model) for model in _models(connection.settings)]
    learnt = [pool.per_unit for pool in pools if pool and pool.learnt]
    return learnt or RATES


def _models(settings: CliSettings) -> list[str]:
    models = {model_name(spec.model_arn) for spec in settings.models().values() if spec.model_arn}
    if not models:
        raise Failure("no model is named: set LOGOSTREAM_MODEL_ARN")
    return sorted(models)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: write it as 2026-11-25") from None


def _print(in_json: bool, document: object, picture: RenderableType) -> None:
    if in_json:
        typer.echo(json.dumps(document, indent=2))
    else:
        Console().print(picture)
