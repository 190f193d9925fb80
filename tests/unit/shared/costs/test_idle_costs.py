"""An installation without work costs next to nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.costs.idle import idle_month

gigabytes = st.floats(0, 1e6)


def total(results_gb: float = 10.0, tables_gb: float = 1.0) -> float:
    return sum(item.dollars for item in idle_month(results_gb, tables_gb))


def test_an_idle_month_costs_less_than_five_dollars() -> None:
    assert total() < 5


@given(gigabytes, gigabytes, gigabytes)
def test_storing_more_never_costs_less(results_gb: float, tables_gb: float, more: float) -> None:
    assert total(results_gb + more, tables_gb + more) >= total(results_gb, tables_gb)
