"""What the stack of deploy/aws costs without work: no task runs, so alarms and storage are all of it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.costs.prices import Price

ALARM_METRIC = Price(
    0.10, "metric of an alarm and month", "2026-02-07", "cost guides quoting CloudWatch's pricing"
)
S3_GB = Price(0.023, "GB and month", "2026-09-28", "Amazon S3 price list")
DYNAMODB_GB = Price(0.25, "GB and month", "2026-10-07", "Amazon DynamoDB pricing page")
FREE_ALARM_METRICS = 10  # of an account
FREE_DYNAMODB_GB = 25.0

# How many metrics our alarms look at; a test counts them in the templates.
ALARM_METRICS = {
    "people": 4,
    "people, of a detector": 12,
    "controllers": 10,
    "scaling": 28,
    "kill switch": 3,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the month's bill."""

    what: str
    dollars: float


def idle_month(results_gb: float = 10.0, tables_gb: float = 1.0) -> list[Item]:
    """The month's bill, in dollars, of a stack that stores so many GB and has nothing to do."""
    metrics = max(0, sum(ALARM_METRICS.values()) - FREE_ALARM_METRICS)
    return [
        Item("tasks: none runs without work", 0.0),
        Item(f"{metrics} metrics in alarms beyond the free ones", metrics * ALARM_METRIC.dollars),
        Item(f"{results_gb:g} GB of results and frames in S3", results_gb * S3_GB.dollars),
        Item(f"{tables_gb:g} GB in DynamoDB", max(0.0, tables_gb - FREE_DYNAMODB_GB) * DYNAMODB_GB.dollars),
    ]
