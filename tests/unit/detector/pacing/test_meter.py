"""The meter: how much of its share a sender used lately."""

from __future__ import annotations

import pytest

from services.detector.pacing import meter
from services.detector.pacing.meter import Reading


def test_it_shows_answered_calls_as_a_share_of_those_allowed() -> None:
    readings = [Reading(0, 0, 0, 0.0), Reading(10, 90, 10, 100.0)]
    assert meter.utilisation(readings) == pytest.approx(0.8)
    assert meter.throttled_share(readings) == pytest.approx(1 / 9)


def test_it_shows_nothing_while_nothing_is_allowed() -> None:
    readings = [Reading(0, 0, 0, 0.0), Reading(1, 0, 0, 0.0)]
    assert meter.utilisation(readings) == 0
    assert meter.throttled_share(readings) == 0


def test_it_looks_back_ten_seconds() -> None:
    readings = [Reading(0, 0, 0, 0.0)]
    for second in range(1, 60):
        calls = min(10 * second, 300)
        readings = meter.recent(readings, Reading(second, calls, 0, 10.0 * second))
        assert len(readings) <= 12
        if second == 30:
            assert meter.utilisation(readings) == pytest.approx(1)
    assert meter.utilisation(readings) == 0
