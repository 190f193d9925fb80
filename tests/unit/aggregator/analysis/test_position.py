"""Where brands were shown: heat maps that hold all of the time, and weights that favour the centre."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.analysis.position import COLUMNS, ROWS, centre_weights, heat_map
from services.aggregator.analysis.sightings import WHOLE, Box
from tests.unit.aggregator.shown import boxes


@given(st.lists(st.tuples(boxes(), st.floats(0, 100)), min_size=1, max_size=8))
def test_the_heat_of_all_cells_is_the_area_time(shown: list[tuple[Box, float]]) -> None:
    heat = heat_map([box for box, _ in shown], [seconds for _, seconds in shown])
    area_time = sum(box.area * seconds for box, seconds in shown)
    assert heat.sum() / (ROWS * COLUMNS) == pytest.approx(area_time)
    assert heat.max() <= sum(seconds for _, seconds in shown) + 1e-6


@given(boxes())
def test_a_weight_is_one_of_the_centre_at_most_and_of_a_corner_at_least(box: Box) -> None:
    [weight] = centre_weights([box]).tolist()
    assert 0.5 <= weight <= 1.0


@pytest.mark.parametrize(
    ("box", "weight"),
    [
        (Box(0.4, 0.4, 0.2, 0.2), 1.0),
        (Box(0.0, 0.4, 0.2, 0.2), 0.75),
        (Box(0.9, 0.0, 0.1, 0.1), 0.5),
        (WHOLE, (1 + 4 * 0.75 + 4 * 0.5) / 9),
    ],
)
def test_known_weights(box: Box, weight: float) -> None:
    assert centre_weights([box]).tolist() == [pytest.approx(weight)]


def test_a_box_heats_the_cells_it_covers() -> None:
    heat = heat_map([Box(0, 0, 1 / COLUMNS, 2 / ROWS)], [3.0])
    assert heat[:2, 0].tolist() == [pytest.approx(3.0)] * 2
    assert np.count_nonzero(heat > 1e-9) == 2
