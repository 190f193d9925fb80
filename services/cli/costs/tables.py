"""How bills and forecasts are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.cli.costs.bill import ModelBill, VideoBill
from shared.costs.forecast import Forecast, Plan
from shared.costs.idle import Item
from shared.costs.prices import UNIT_HOUR

_OTHERWISE = ("always\non", "KEDA", "per\nimage")  # what else it could have cost
_LIST_PRICE = Text(
    f"${UNIT_HOUR.dollars:.2f} an {UNIT_HOUR.per} in us-east-1, as of {UNIT_HOUR.as_of}", "dim"
)


def periods(bills: Sequence[ModelBill]) -> RenderableType:
    """A row per model: what it cost, and what else it could have cost."""
    headings = ("model", "unit\nhours", "starts", "frames", "cost", *_OTHERWISE)
    table = _table(*headings, title=bills[0].period)
    for bill in bills:
        table.add_row(
            bill.model,
            f"{bill.unit_hours:.2f}",
            str(bill.starts),
            f"{bill.frames:,}",
            Text(_dollars(bill.cost), "bold"),
            *map(_dollars, (bill.always_on, bill.keda, bill.per_image)),
        )
    passing = sum(bill.if_passing_is_billed for bill in bills)
    notes = [Text(f"{_dollars(passing)} more, if AWS bills starts and stops", "dim")]
    notes += [
        Text(f"{bill.model}: {_dollars(bill.by_aws)} by AWS's own metric", "dim")
        for bill in bills
        if bill.by_aws is not None
    ]
    return Group(table, *notes, _LIST_PRICE)


def videos(bills: Sequence[VideoBill]) -> RenderableType:
    """A row per model that examined the video."""
    headings = ("model", "frames", "cost", *_OTHERWISE)
    table = _table(*headings, title=bills[0].video_id)
    for bill in bills:
        table.add_row(
            bill.model,
            f"{bill.frames:,}",
            Text(_dollars(bill.cost), "bold"),
            *map(_dollars, (bill.always_on, bill.keda, bill.per_image)),
        )
    return Group(
        table, Text("its share of each day's cost, by frames; the rest for it alone", "dim"), _LIST_PRICE
    )


def idle(items: Sequence[Item]) -> RenderableType:
    """A row per thing that is billed without work, and their sum."""
    table = _table("a month without work", "cost", title="the stack on AWS")
    for item in items:
        table.add_row(item.what, _dollars(item.dollars))
    table.add_row("in all", Text(_dollars(sum(item.dollars for item in items)), "bold"))
    return Group(table, Text("list prices of us-east-1; the model is not in it: it is stopped", "dim"))


def forecasts(plan: Plan, found: Sequence[Forecast]) -> RenderableType:
    """A row per rate that a unit may have."""
    headings = (
        "a unit's\nframes/s",
        "units",
        "runs\nfor",
        "start\nby",
        "done,\nstarted now",
        "model",
        "rest",
        "always\non",
    )
    table = _table(*headings, title=f"{plan.frames:,} frames, due {_time(plan.due_at)} UTC")
    for each in found:
        table.add_row(
            f"{each.unit_rate:.1f}",
            str(each.units),
            f"{each.seconds / 3600:.1f} h",
            _time(each.start_by) if each.in_time else Text("too late", "red"),
            _time(each.done_at),
            Text(_dollars(each.running), "bold"),
            *map(_dollars, (each.handling, each.always_on)),
        )
    start_up = max(each.start_up for each in found)
    return Group(
        table,
        Text(f"up to {_dollars(start_up)} more, if AWS bills the start-up", "dim"),
        Text(f"{_dollars(found[0].per_image)} with a detector billed by the image", "dim"),
        _LIST_PRICE,
    )


def _table(*headings: str, title: str) -> Table:
    """The first column names things and may fold; figures are never cut, in 80 columns either."""
    name, *figures = headings
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        title=Text(title),
        title_justify="left",
        title_style="bold",
    )
    table.add_column(name, overflow="fold")
    for heading in figures:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount < 1000 else f"${amount:,.0f}"


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%b %d %H:%M}"
