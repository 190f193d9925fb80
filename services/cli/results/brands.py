"""`logostream brands`: what each brand amounts to across all finished videos."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import inf
from typing import Annotated

import typer
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.cli.connection import connect
from services.cli.results.across import AcrossVideos, Chosen, Period, across, as_csv, as_dicts, newest, spark
from services.cli.settings import CliSettings
from shared.config.settings import load
from shared.runtime.command import run
from shared.videos.brands import BrandInVideo
from shared.videos.examinations import FINISHED, current

DAY = ["%Y-%m-%d"]
DAY_SECONDS = 86_400.0
FORMULAS = "± one standard deviation, by sampling · effective: weighted by size, position and clarity"

Name = Annotated[str | None, typer.Argument(metavar="BRAND", help="One brand, by its name.")]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--from", formats=DAY, metavar="YYYY-MM-DD", help="First day the videos were submitted, in UTC."
    ),
]
Until = Annotated[
    datetime | None, typer.Option("--to", formats=DAY, metavar="YYYY-MM-DD", help="Last such day.")
]
Prefix = Annotated[
    str, typer.Option(help="Only videos whose s3:// address, or key, begins like this.", show_default=False)
]
Every = Annotated[
    bool, typer.Option("--all", help="Count every examination of an upload, not only the newest.")
]
By = Annotated[Period, typer.Option("--by", help="How long the steps of the trend are.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print totals and trends as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print a line per brand and video as CSV.")]


def brands(
    brand: Name = None,
    since: Since = None,
    until: Until = None,
    prefix: Prefix = "",
    every: Every = False,
    by: By = Period.MONTH,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Print how long each brand was on screen across all finished videos, and how that went over time.

    Of an upload that was examined more than once, each detector's newest examination counts, on the day the
    upload was first submitted.

    Examples: logostream brands --from 2026-11-01 --prefix in/cup/ · logostream brands Acme --by week --json
    """
    if since and until and until < since:
        raise typer.BadParameter("--to is before --from: swap them.")
    chosen = Chosen(brand, _start(since), _start(until) + DAY_SECONDS if until else inf, prefix)
    rows = run(_rows(chosen, every))
    if csv:
        typer.echo(as_csv(rows), nl=False)
    elif as_json:
        typer.echo(json.dumps(as_dicts(across(rows, by)), indent=2, ensure_ascii=False))
    else:
        Console().print(_picture(across(rows, by), by) if rows else _nothing(brand))


async def _rows(chosen: Chosen, every: bool) -> list[BrandInVideo]:
    async with connect(load(CliSettings)) as connection:
        rows = [row async for row in connection.brands.read(chosen.brand, chosen.since)]
        if not every:
            rows = newest(rows, current(await connection.videos.in_states(FINISHED)))
    return chosen.of(rows)


def _start(day: datetime | None) -> float:
    return day.replace(tzinfo=UTC).timestamp() if day else 0.0


def _nothing(brand: str | None) -> Text:
    return Text(f"no finished video showed {brand or 'a brand'}, of those that were asked for")


def _picture(rows: list[AcrossVideos], by: Period) -> RenderableType:
    return Group(_table(rows, by), Text(FORMULAS, "dim"))


def _table(rows: list[AcrossVideos], by: Period) -> Table:
    several = len({row.detector for row in rows}) > 1
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("brand")
    for heading in ("videos", "screen time", "exposures", "effective"):
        table.add_column(heading, justify="right")
    table.add_column(_steps([trend.period for trend in rows[0].trend], by))
    for row in rows:
        table.add_row(
            Text(f"{row.brand} ({row.detector})" if several else row.brand),
            str(row.videos),
            f"{row.screen_time:.1f} s ± {row.deviation:.1f}",
            str(row.exposures),
            f"{row.effective:.1f} s",
            spark([trend.share_percent for trend in row.trend]),
        )
    return table


def _steps(periods: list[str], by: Period) -> str:
    return periods[0] if len(periods) == 1 else f"by {by}, {periods[0]} to {periods[-1]}"
