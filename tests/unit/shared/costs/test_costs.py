"""The bill: running time of inference units, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.costs.prices import running_cost


def test_five_units_for_an_hour_cost_twenty_dollars() -> None:
    assert running_cost(5 * 3600) == pytest.approx(20.0)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_bill_is_the_sum_of_its_parts(a: float, b: float) -> None:
    assert running_cost(a + b) == pytest.approx(running_cost(a) + running_cost(b))
