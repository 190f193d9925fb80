"""Brands across videos: what was entered last is read, by brand or of all, and by day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.aws.dynamodb.brands import DynamoBrands
from shared.videos.brands import BrandInVideo, Brands
from tests.contract.names import unique
from tests.fakes import FakeLedger

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(params=["fake", "dynamodb"])
def brands(request: pytest.FixtureRequest) -> Brands:
    if request.param == "fake":
        return FakeLedger()
    installation = request.getfixturevalue("installation")
    return DynamoBrands(request.getfixturevalue("clients").dynamodb, installation.table_name("ledger"))


def row(brand: str, video: str, at: float, screen_time: float = 2.25) -> BrandInVideo:
    return BrandInVideo(
        brand=brand,
        video_id=video,
        detector="logos",
        source=f"s3://videos/{video}.mp4",
        submitted_at=at,
        duration=60.0,
        screen_time=screen_time,
        deviation=0.408,
        exposures=1,
        area_time=0.1234,
        effective=0.5,
        value=12.5,
    )


async def read(brands: Brands, brand: str, since: float = 0.0) -> list[BrandInVideo]:
    return [found async for found in brands.read(brand, since)]


async def test_a_row_is_read_as_it_was_entered(brands: Brands) -> None:
    acme = unique("Acme")
    rows = [row(acme, unique("cup"), 1000.5), replace(row(acme, unique("cup"), 2000.0), value=None)]
    for each in rows:
        await brands.enter(each.video_id, [each])
    assert sorted(await read(brands, acme), key=lambda each: each.submitted_at) == rows


async def test_a_row_entered_again_replaces_the_first(brands: Brands) -> None:
    acme, cup = unique("Acme"), unique("cup")
    await brands.enter(cup, [row(acme, cup, 1000.0)])
    await brands.enter(cup, [row(acme, cup, 1000.0, screen_time=3.0)])
    assert [found.screen_time for found in await read(brands, acme)] == [3.0]


async def test_a_brand_that_a_video_does_not_show_after_all_has_no_row(brands: Brands) -> None:
    acme, bolt, cup, race = unique("Acme"), unique("Bolt"), unique("cup"), unique("race")
    for video in (cup, race):
        await brands.enter(video, [row(acme, video, 1000.0), row(bolt, video, 1000.0)])
    await brands.enter(cup, [row(bolt, cup, 1000.0)])
    assert [found.video_id for found in await read(brands, acme)] == [race]
    assert [found async for found in brands.read() if found.video_id == cup] == [row(bolt, cup, 1000.0)]
    await brands.enter(cup, [row(acme, cup, 1000.0)])
    assert {found.video_id for found in await read(brands, acme)} == {cup, race}


async def test_detectors_and_brands_of_a_video_are_kept_apart(brands: Brands) -> None:
    acme, bolt, cup = unique("Acme"), unique("Bolt"), unique("cup")
    words = replace(row(acme, cup, 1000.0), detector="words")
    await brands.enter(cup, [row(acme, cup, 1000.0), words, row(bolt, cup, 1000.0)])
    assert {found.detector for found in await read(brands, acme)} == {"logos", "words"}
    every = [found async for found in brands.read() if found.video_id == cup]
    assert len(every) == 3


async def test_rows_are_chosen_by_when_their_video_was_submitted(brands: Brands) -> None:
    acme = unique("Acme")
    for at in (1000.0, 2000.0, 3000.0):
        cup = unique("cup")
        await brands.enter(cup, [row(acme, cup, at)])
    assert sorted(found.submitted_at for found in await read(brands, acme, 2000.0)) == [2000.0, 3000.0]
    all_after = [found async for found in brands.read(since=2000.0) if found.brand == acme]
    assert sorted(found.submitted_at for found in all_after) == [2000.0, 3000.0]
