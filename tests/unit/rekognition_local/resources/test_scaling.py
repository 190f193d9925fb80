"""Promises of a model with a maximum of units: it follows its load within its bounds, and is billed so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.resources import scaling
from services.rekognition_local.resources.scaling import Demand
from tests.unit.rekognition_local.pictures import scene
from tests.unit.rekognition_local.stand import Stand

counts = st.integers(0, 100_000)


@given(counts, st.integers(1, 5), st.integers(1, 5), st.integers(0, 4))
def test_units_stay_within_their_bounds_and_shrink_one_at_a_time(
    images: int, in_service: int, least: int, more: int
) -> None:
    units = scaling.units(in_service, images, 60, 5, least, least + more)
    assert least <= units <= least + more
    assert units >= min(in_service - 1, least + more)


@given(counts, counts)
def test_more_load_never_means_fewer_units(images: int, more: int) -> None:
    assert scaling.units(1, images + more, 60, 5, 1, 5) >= scaling.units(1, images, 60, 5, 1, 5)


def test_windows_are_counted_whole() -> None:
    assert [scaling.windows(Demand(100), now, 60) for now in (100, 159, 160, 280, 90)] == [0, 0, 1, 3, 0]


@pytest.mark.real_time
async def test_a_model_grows_with_its_load_and_shrinks_without(stand: Stand) -> None:
    stand.version = await stand.train("v1")
    await stand.start(stand.version, MaxInferenceUnits=3)
    for _ in range(60):  # 4 a second and unit; a unit alone takes 4
        for _ in range(6):
            try:
                await stand.detect({"Bytes": scene()})
            except stand.client.exceptions.ProvisionedThroughputExceededException:
                break
        stand.clock.now += 1
    (bill,) = (await stand.admin("billing"))["versions"]
    assert (bill["units"], bill["unit_seconds"]) == (2, 60)
    stand.clock.now += 3600
    (bill,) = (await stand.admin("billing"))["versions"]
    assert (bill["units"], bill["unit_seconds"]) == (1, 60 + 2 * 60 + 3540)


@pytest.mark.real_time
async def test_a_model_without_a_maximum_keeps_its_units(running: Stand) -> None:
    for _ in range(4):
        await running.detect({"Bytes": scene()})
    running.clock.now += 60
    (bill,) = (await running.admin("billing"))["versions"]
    assert bill["units"] == 1
