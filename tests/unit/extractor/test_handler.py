"""Extracting a chunk: whatever befalls the video, the books balance and no uploaded frame is forgotten."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.config.options import Options
from shared.messaging.endings import Reject, Retry
from shared.messaging.messages import UNREACHED, ChunkExtracted, FrameReady, ScreenedFrame, SkippedInstants
from shared.messaging.queue import QueueError
from shared.storage.objects import Address
from shared.videos.ledger import Chunk, State, Video
from tests.clock import JumpingLoop
from tests.fakes.objects import Stored
from tests.unit.extractor.studio import BUCKET, SAME, Studio, message, sent


@pytest.fixture
async def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "copies")


def announced(studio: Studio) -> set[int]:
    """The instants of the frames that detectors were told of."""
    return {frame.instant for frame in sent(studio.frames) if isinstance(frame, FrameReady)}


def books(studio: Studio) -> ChunkExtracted:
    """What the one finished attempt reported."""
    [told] = sent(studio.results)
    assert isinstance(told, ChunkExtracted)
    return told


async def test_every_frame_of_a_chunk_is_published_and_the_books_closed(studio: Studio) -> None:
    studio.sandbox.same = frozenset({12, 13})
    await studio.decoder()(message(studio.chunk(10, 20).body()))
    assert announced(studio) == {10, 11, 14, 15, 16, 17, 18, 19}
    assert books(studio) == ChunkExtracted(
        video_id="cup-1",
        chunk=0,
        sampled=10,
        published=8,
        skipped=(SkippedInstants(reason=SAME, count=2),),
    )


async def test_each_of_a_video_s_detectors_is_told_of_every_frame(studio: Studio) -> None:
    chunk = studio.chunk(0, 12).model_copy(update={"options": Options(detectors=("logos", "words"))})
    await studio.decoder()(message(chunk.model_copy(update={"deadline_at": 99.5}).body()))
    for queue, name in ((studio.frames, "logos"), (studio.words, "words")):
        ready = [frame for frame in sent(queue) if isinstance(frame, FrameReady)]
        assert [frame.instant for frame in ready] == list(range(12))
        assert {(frame.detector, frame.deadline_at) for frame in ready} == {(name, 99.5)}
    assert books(studio).published == 12


async def test_a_chunk_for_a_detector_that_is_gone_waits_for_its_return(studio: Studio) -> None:
    chunk = studio.chunk(0, 12).model_copy(update={"options": Options(detectors=("gone",))})
    with pytest.raises(Retry, match="no detector is named gone: add it to LOGOSTREAM_DETECTORS"):
        await studio.decoder()(message(chunk.body()))
    assert studio.results.sent == []


async def test_a_rejected_frame_is_skipped_with_its_reason_and_its_measure(studio: Studio) -> None:
    studio.sandbox.dark = frozenset({3, 4})
    await studio.decoder()(message(studio.chunk(0, 5).body()))
    assert announced(studio) == {0, 1, 2}
    assert books(studio).skipped == (SkippedInstants(reason="too dark", count=2),)
    assert books(studio).screened == tuple(
        ScreenedFrame(instant=n, timestamp_ms=1000 * n, reason="too dark", measure=3.0) for n in (3, 4)
    )


async def test_a_repeated_chunk_publishes_the_same_frames_under_the_same_names(studio: Studio) -> None:
    body = studio.chunk().body()
    await studio.decoder()(message(body))
    once, told = dict(studio.uploaded), {sent_body for sent_body, _ in studio.frames.sent}
    await studio.decoder()(message(body))
    assert studio.uploaded == once
    assert {sent_body for sent_body, _ in studio.frames.sent} == told


async def test_a_video_that_breaks_off_keeps_its_good_frames_and_tells_of_the_rest(studio: Studio) -> None:
    studio.sandbox.breaks_at = 17
    await studio.decoder()(message(studio.chunk(0, 25).body()))
    assert announced(studio) == set(range(17))
    assert len(studio.frames.sent) == 17  # none of them twice
    assert books(studio).damage == "the video breaks off at 17 s"
    assert books(studio).skipped == (SkippedInstants(reason=UNREACHED, count=8),)


async def test_an_attempt_that_comes_less_far_than_an_earlier_one_forgets_no_frame(studio: Studio) -> None:
    studio.results.faults.refuse["send"] = 1
    with pytest.raises(QueueError):
        await studio.decoder()(message(studio.chunk().body()))
    studio.sandbox.breaks_at = 5
    await studio.decoder()(message(studio.chunk().body()))
    assert books(studio).published == len(studio.uploaded) == len(announced(studio)) == 25


async def test_a_video_that_is_gone_closes_the_books_over_what_was_uploaded(studio: Studio) -> None:
    studio.results.faults.refuse["send"] = 1
    with pytest.raises(QueueError):
        await studio.decoder()(message(studio.chunk(0, 10).body()))
    del studio.objects.stored[Address(studio.source.bucket, studio.source.key)]
    await studio.decoder()(message(studio.chunk(0, 10).body()))
    assert books(studio).published == 10
    assert books(studio).damage == "the video could not be fetched: s3://videos/in/cup.mp4 does not exist"


async def test_a_video_that_was_replaced_is_never_mixed_with_the_other(studio: Studio) -> None:
    chunk = studio.chunk(0, 10)
    studio.objects.stored[Address("videos", "in/cup.mp4")] = Stored(b"another cup", "video/mp4", {})
    await studio.decoder()(message(chunk.body()))
    assert studio.uploaded == {}
    assert "s3://videos/in/cup.mp4 was replaced after it was submitted: submit it again" in (
        books(studio).damage or ""
    )


async def test_giving_up_announces_again_what_was_uploaded_in_this_chunk(studio: Studio) -> None:
    for instant in (9, 10, 11, 20):
        key = f"frames/cup-1/{1000 * instant:010d}-{instant:08d}.jpg"
        await studio.objects.put(Address(BUCKET, key), b"picture", "image/jpeg")
    await studio.decoder().give_up(message(studio.chunk(10, 20).body()), "gave up after 8 attempts")
    assert sent(studio.frames) == [
        FrameReady(
            video_id="cup-1",
            chunk=0,
            instant=instant,
            timestamp_ms=1000 * instant,
            bucket=BUCKET,
            key=f"frames/cup-1/{1000 * instant:010d}-{instant:08d}.jpg",
        )
        for instant in (10, 11)
    ]
    assert books(studio).published == 2
    assert books(studio).skipped == (SkippedInstants(reason=UNREACHED, count=8),)
    assert books(studio).damage == "extraction gave up after 8 attempts"


async def test_the_chunk_of_a_cancelled_video_is_dropped(studio: Studio) -> None:
    video = Video("cup-1", studio.source, Options(), State.CANCELLED, 0.0, 0.0)
    await studio.ledger.plan(video, [Chunk(0, 25)])
    await studio.decoder()(message(studio.chunk().body()))
    assert studio.frames.sent == studio.results.sent == []
    assert "download" not in studio.objects.faults.calls


@pytest.mark.parametrize(
    "body", ["", "{}", ChunkExtracted(video_id="v", chunk=0, sampled=1, published=1).body()]
)
async def test_what_is_no_chunk_is_rejected_and_given_up_quietly(studio: Studio, body: str) -> None:
    with pytest.raises(Reject):
        await studio.decoder()(message(body))
    await studio.decoder().give_up(message(body), "rejected")
    assert studio.results.sent == []


# --- the books under any damage


@dataclass(frozen=True)
class Attempt:
    """One try at a chunk: where the video breaks for it, and how many batches get through before it dies."""

    breaks_at: int | None
    batches: int


def _after(batches: int) -> Callable[[str, str], bool]:
    """Die when more than so many batches are announced."""
    announcements = itertools.count()
    return lambda moment, call: moment == "before" and next(announcements) == batches


attempts = st.lists(st.builds(Attempt, st.none() | st.integers(0, 40), st.integers(0, 4)), max_size=3)


@settings(max_examples=60)
@given(st.frozensets(st.integers(0, 40)), attempts, st.none() | st.integers(0, 40), st.booleans())
def test_the_books_balance_whatever_earlier_attempts_did(
    same: frozenset[int], earlier: list[Attempt], breaks_at: int | None, gives_up: bool
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=JumpingLoop) as runner,
    ):
        studio = Studio(Path(folder) / "copies")
        studio.sandbox.same = same
        runner.run(_extract(studio, earlier, breaks_at, gives_up))
        told = books(studio)
        assert told.sampled == 35
        assert told.sampled == told.published + sum(skip.count for skip in told.skipped)
        assert told.published == len(studio.uploaded) == len(announced(studio))


async def _extract(studio: Studio, earlier: list[Attempt], breaks_at: int | None, gives_up: bool) -> None:
    chunk = message(studio.chunk(5, 40).body())
    for attempt in earlier:
        studio.sandbox.breaks_at = attempt.breaks_at
        studio.results.faults.refuse["send"] = 1  # should all batches get through
        studio.frames.faults.crash = _after(attempt.batches)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - it fails somewhere
            await studio.decoder()(chunk)
    studio.results.faults.refuse.clear()
    studio.frames.faults.crash = lambda moment, call: False
    studio.sandbox.breaks_at = breaks_at
    if gives_up:
        await studio.decoder().give_up(chunk, "gave up")
    else:
        await studio.decoder()(chunk)


async def test_of_a_chunk_of_extra_frames_only_those_are_extracted_under_names_of_their_own(
    studio: Studio,
) -> None:
    asked = studio.chunk(12, 18).model_copy(update={"grid": 8, "wanted": (12, 13, 17)})
    await studio.decoder()(message(asked.body()))
    ready = [frame for frame in sent(studio.frames) if isinstance(frame, FrameReady)]
    assert [(frame.instant, frame.grid) for frame in ready] == [(12, 8), (13, 8), (17, 8)]
    assert all(frame.key.endswith("-8.jpg") for frame in ready)
    [told] = [each for each in sent(studio.results) if isinstance(each, ChunkExtracted)]
    assert (told.sampled, told.published, told.skipped) == (3, 3, ())


async def test_extra_frames_whose_extraction_was_given_up_are_found_by_their_grid(studio: Studio) -> None:
    await studio.decoder()(message(studio.chunk(0, 20).body()))
    asked = studio.chunk(12, 18).model_copy(update={"chunk": 1, "grid": 8, "wanted": (12, 13, 17)})
    await studio.decoder().give_up(message(asked.body()), "failed 8 times")
    *_, told = [each for each in sent(studio.results) if isinstance(each, ChunkExtracted)]
    assert (told.sampled, told.published) == (3, 0)
