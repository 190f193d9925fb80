"""Reading the best frames: each once, a few at a time, and none that is missing stops a video."""

from __future__ import annotations

import pytest

from services.aggregator.analysis.exposure import Shot
from services.aggregator.analysis.sightings import Box, Picture
from services.aggregator.stills import FrameReader
from shared.storage.objects import Address, ObjectError
from shared.videos.timecode import frame_key
from tests.fakes import FakeObjects
from tests.unit.aggregator.books import FRAMES, ID, Office, a_life, picture, video

BOX, OTHER = Box(0.1, 0.2, 0.3, 0.25), Box(0.5, 0.5, 0.25, 0.25)


def frames(*instants: int) -> FakeObjects:
    objects = FakeObjects()
    for instant in instants:
        objects.hold(Address(FRAMES, frame_key(ID, 500 * instant, instant, "jpg")), picture(instant))
    return objects


def shot(instant: int, box: Box = BOX) -> Shot:
    return Shot(Picture(500 * instant, instant), box)


async def test_a_frame_that_shows_several_logos_is_read_once() -> None:
    objects = frames(0, 1)
    stills = await FrameReader(objects, FRAMES).look(
        video(1), [shot(0), shot(0, OTHER), shot(1)], [shot(0, OTHER)]
    )
    assert objects.faults.calls.count("get") == 2
    assert set(stills.looks) == {shot(0), shot(0, OTHER), shot(1)}
    assert set(stills.tiles) == {shot(0, OTHER)}


async def test_a_frame_that_is_gone_or_no_picture_is_left_out() -> None:
    objects = frames(0)
    objects.hold(Address(FRAMES, frame_key(ID, 500, 1, "jpg")), b"no picture")
    stills = await FrameReader(objects, FRAMES).look(video(1), [shot(0), shot(1), shot(2)], [])
    assert set(stills.looks) == {shot(0)}


async def test_a_store_that_fails_is_tried_again_with_the_message() -> None:
    objects = frames(0)
    objects.faults.refuse["get"] = 1
    with pytest.raises(ExceptionGroup) as raised:
        await FrameReader(objects, FRAMES).look(video(1), [shot(0)], [])
    assert raised.group_contains(ObjectError)


async def test_a_video_whose_frames_are_gone_is_finished_without_pictures() -> None:
    office = await Office().plan()
    for address in [address for address in office.objects.stored if address.bucket == FRAMES]:
        del office.objects.stored[address]
    await office.enter(a_life())
    assert '"sharpness": null' in office.files["summary.json"].decode()
    assert b"data:image/jpeg" not in office.files["report.html"]
