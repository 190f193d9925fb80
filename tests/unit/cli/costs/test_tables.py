"""Bills as they are drawn: a figure that is cut short would be a wrong one."""

from __future__ import annotations

from services.cli.costs import tables
from services.cli.costs.bill import ModelBill, VideoBill
from tests.unit.cli.terminal import drawn

YEAR = ModelBill(
    model="brands-of-the-season-2026/v12",
    period="2026-01-01 to 2026-12-31",
    unit_hours=1234.56,
    starts=365,
    frames=8_765_432,
    cost=4938.24,
    if_passing_is_billed=0.0,
    by_aws=None,
    always_on=35_040.0,
    keda=6_000.4,
    per_image=8_765.43,
)


def test_figures_are_whole_in_80_columns() -> None:
    shown = drawn(tables.periods([YEAR]), width=80)
    for figure in ("1234.56", "365", "8,765,432", "$4,938", "$35,040", "$6,000", "$8,765"):
        assert f" {figure} " in shown


def test_a_bill_below_a_thousand_dollars_is_told_to_the_cent() -> None:
    bill = VideoBill("brands/v1", "cup-1", 24, cost=0.06, always_on=96.0, keda=0.4, per_image=0.02)
    assert " $0.06 " in drawn(tables.videos([bill]))
