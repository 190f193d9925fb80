"""`logostream brands`: what each brand amounts to across all finished videos."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.cli.across import AcrossVideos, Period, across, as_csv, spark
from services.cli.connection import connect
from services.cli.settings import CliSettings
from shared.brands import BrandInVideo
from shared.command import run
from shared.settings import load

DAY = ["%Y-%m-%d"]

Name = Annotated[str | None, typer.Argument(metavar="[BRAND]", help="One brand, by its name.")]
Since = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, help="First day the videos were submitted, in UTC.")
]
Until = Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Last such day.")]
Prefix = Annotated[
    str, typer.Option(help="Only videos whose s3:// address, or key, begins like this.", show_default=False)
]
By = Annotated[Period, typer.Option("--by", help="How long the steps of the trend are.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print totals and trends as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print a line per brand and video as CSV.")]


def brands(
    brand: Name = None,
    since: Since = None,
    until: Until = None,
    prefix: Prefix = "",
    by: By = Period.MONTH,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Print how long each brand was on screen across all finished videos, and how that went over time.

    Examples: logostream brands --from 2026-11-01 --prefix in/cup/ · logostream brands Acme --by week --json
    """
    rows = run(_rows(brand, since, until, prefix))
    if csv:
        typer.echo(as_csv(rows), nl=False)
    elif as_json:
        typer.echo(json.dumps([asdict(each) for each in across(rows, by)], indent=2, ensure_ascii=False))
    else:
        Console().print(_table(across(rows, by), by) if rows else "no finished video showed a brand")


async def _rows(
    brand: str | None, since: datetime | None, until: datetime | None, prefix: str
) -> list[BrandInVideo]:
    first = _utc(since).timestamp() if since else None
    stop = (_utc(until) + timedelta(days=1)).timestamp() if until else None
    async with connect(load(CliSettings)) as connection:
        rows = [row async for row in connection.brands.read(brand, first, stop) if _begins(row, prefix)]
    return sorted(rows, key=lambda row: (row.submitted_at, row.video_id, row.brand, row.detector))


def _utc(day: datetime) -> datetime:
    return day.replace(tzinfo=UTC)


def _begins(row: BrandInVideo, prefix: str) -> bool:
    key = row.source.removeprefix("s3://").partition("/")[2]
    return row.source.startswith(prefix) or key.startswith(prefix)


def _table(rows: list[AcrossVideos], by: Period) -> Table:
    several = len({row.detector for row in rows}) > 1
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("brand")
    for heading in ("videos", "screen time", "exposures", "effective"):
        table.add_column(heading, justify="right")
    table.add_column(f"by {by}")
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
