"""The list of videos: handing in, uploading straight to S3, cancelling; keys and names are checked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.pages.uploads import Upload, place
from shared.config.detectors import DEFAULT, frames_queue
from shared.messaging.messages import FrameFailed, VideoSubmitted, parse
from shared.storage.objects import Address
from shared.storage.uploads import UploadForm
from shared.videos.ledger import State
from tests.known_videos import ledger_of, video
from tests.unit.dashboard.desk import Desk

CUP: dict[str, Any] = {"name": "cup.mp4", "size": 5, "modified": 1700000000000}


def announced(desk: Desk) -> list[str]:
    messages = [parse(body) for body, _ in desk.queues["videos"].sent]
    return [message.key for message in messages if isinstance(message, VideoSubmitted)]


@pytest.mark.real_time
async def test_a_file_goes_straight_to_s3_and_is_handed_in() -> None:
    desk = Desk()
    async with desk.browser() as browser:
        await browser.load("/videos")
        begun = json.loads((await browser.post("/uploads", CUP)).text)
        assert await desk.uploads.post(UploadForm(begun["url"], begun["fields"]), b"video")
        submitted = json.loads((await browser.post("/videos", {"address": begun["address"]})).text)
    [key] = announced(desk)
    assert key.endswith("/cup.mp4")
    assert submitted["videos"][0].startswith("cup-")


@pytest.mark.real_time
async def test_a_form_is_good_for_one_object_of_a_bounded_size() -> None:
    desk = Desk()
    async with desk.browser(dashboard_upload_gb=1.0) as browser:
        await browser.load("/videos")
        begun = json.loads((await browser.post("/uploads", CUP)).text)
        too_large = await browser.post("/uploads", {**CUP, "size": (1 << 30) + 1})
    [policy] = desk.uploads.policies.values()
    assert policy.most_bytes == 1 << 30
    form = UploadForm(begun["url"], {**begun["fields"], "key": "in/another.mp4"})
    assert not await desk.uploads.post(form, b"video")
    assert too_large.status == 413
    assert "cup.mp4 has more than 1 GiB: copy it to S3" in too_large.text


@pytest.mark.real_time
async def test_a_file_that_is_there_already_is_not_sent_again() -> None:
    desk = Desk()
    await desk.objects.put(place("logostream-videos", Upload(**CUP)), b"video", "")
    async with desk.browser() as browser:
        await browser.load("/videos")
        assert "url" not in json.loads((await browser.post("/uploads", CUP)).text)


@pytest.mark.real_time
async def test_uploads_are_limited_per_minute() -> None:
    async with Desk().browser(dashboard_uploads_per_minute=2) as browser:
        await browser.load("/videos")
        statuses = [(await browser.post("/uploads", CUP)).status for _ in range(3)]
        assert statuses == [200, 200, 429]


@pytest.mark.real_time
@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\nb", "a\0b", "x" * 201])
async def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    async with Desk().browser() as browser:
        await browser.load("/videos")
        refused = await browser.post("/uploads", {**CUP, "name": name})
        assert refused.status == 400
        assert "name is wrong: expected the name of a file" in refused.text


@pytest.mark.real_time
@pytest.mark.parametrize(
    "address", ["", "cup.mp4", "/etc/passwd", "s3://", "s3://UPPER/x", "s3://bucket", "s3://b/a\nb"]
)
async def test_what_is_no_address_is_refused(address: str) -> None:
    desk = Desk()
    async with desk.browser() as browser:
        await browser.load("/videos")
        assert (await browser.post("/videos", {"address": address})).status == 400
    assert announced(desk) == []


@pytest.mark.real_time
async def test_an_object_that_does_not_exist_is_one_sentence() -> None:
    async with Desk().browser() as browser:
        await browser.load("/videos")
        answer = await browser.post("/videos", {"address": "s3://logostream-videos/gone.mp4"})
        assert json.loads(answer.text) == {"error": "s3://logostream-videos/gone.mp4 does not exist."}


@pytest.mark.real_time
async def test_a_folder_hands_in_all_below_it() -> None:
    desk = Desk()
    for name in ("a", "b"):
        await desk.objects.put(Address("logostream-videos", f"in/{name}.mp4"), b"video", "")
    async with desk.browser() as browser:
        await browser.load("/videos")
        await browser.post("/videos", {"address": "s3://logostream-videos/in/"})
    assert announced(desk) == ["in/a.mp4", "in/b.mp4"]


@pytest.mark.real_time
async def test_a_video_is_cancelled_once() -> None:
    desk = Desk(ledger=await ledger_of(video("cup-1", "in/cup.mp4")))
    async with desk.browser() as browser:
        assert "/videos/cup-1/cancel" in (await browser.load("/videos")).text
        assert (await browser.post("/videos/cup-1/cancel")).status == 200
        again = await browser.post("/videos/cup-1/cancel")
        assert (again.status, "has ended already" in again.text) == (409, True)
    assert desk.ledger.videos["cup-1"].state is State.CANCELLED


@pytest.mark.real_time
async def test_failed_frames_are_tried_again() -> None:
    desk = Desk(ledger=await ledger_of(video("cup-1", "in/cup.mp4")))
    failure = FrameFailed(video_id="cup-1", chunk=0, instant=1, timestamp_ms=1000, reason="gone")
    await desk.ledger.enter_frame(failure)
    await desk.ledger.move("cup-1", State.COMPLETED_WITH_ERRORS, {State.EXTRACTING})
    async with desk.browser() as browser:
        await browser.load("/videos")
        assert (await browser.post("/videos/cup-1/retry")).text == '{"frames": 1}'
        assert len(desk.queues[frames_queue(DEFAULT)].bodies) == 1
        await desk.ledger.move("cup-1", State.FAILED, {State.DETECTING})
        refused = await browser.post("/videos/cup-1/retry")
        assert (refused.status, "only what is done" in refused.text) == (409, True)


@pytest.mark.real_time
async def test_names_are_text_in_the_page_whatever_they_hold() -> None:
    desk = Desk(ledger=await ledger_of(video("cup-1", "in/<script>alert(1)<.mp4", error="<b>no</b>")))
    async with desk.browser() as browser:
        page = (await browser.load("/videos")).text
        assert "<script>alert" not in page
        assert "<b>no" not in page


@pytest.mark.real_time
async def test_s3_that_is_down_is_one_sentence() -> None:
    desk = Desk()
    desk.objects.faults.refuse["stat"] = 1
    async with desk.browser() as browser:
        await browser.load("/videos")
        answer = await browser.post("/uploads", CUP)
        assert answer.status == 503
        assert json.loads(answer.text)["error"].endswith(".")


@given(st.text(min_size=1), st.integers(1), st.integers(), st.text(min_size=1), st.integers(1), st.integers())
def test_other_files_lie_elsewhere(n1: str, s1: int, m1: int, n2: str, s2: int, m2: int) -> None:
    one = Upload.model_construct(name=n1, size=s1, modified=m1)
    two = Upload.model_construct(name=n2, size=s2, modified=m2)
    assert (place("b", one) == place("b", two)) == (one == two)
