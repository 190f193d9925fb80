"""Planning: every instant falls in one chunk, a video is planned once, and a crash loses nothing of it."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.plan import spans
from shared.config.options import Options, Sampling
from shared.messaging.endings import Reject
from shared.messaging.messages import ChunkPlanned, VideoSubmitted, video_id
from shared.storage.objects import Address
from shared.videos.ledger import ACTIVE, State, Video
from shared.videos.timecode import instants_before
from tests.fakes import Crash
from tests.unit.extractor.studio import Studio, event, message, sent

NOTICE = message(event("in/cup.mp4"))


@pytest.fixture
async def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "copies")


def only_video(studio: Studio) -> Video:
    [video] = studio.ledger.videos.values()
    return video


@given(
    st.fractions(Fraction(1, 1000), Fraction(100_000), max_denominator=1000),
    st.fractions(Fraction(1, 100), 100, max_denominator=1000),
    st.integers(1, 600),
)
def test_spans_cover_every_instant_exactly_once(duration: Fraction, interval: Fraction, length: int) -> None:
    cut = spans(duration, interval, length)
    # Each begins where the one before it ends.
    assert [0, *[span.stop for span in cut]] == [
        *[span.first for span in cut],
        instants_before(duration, interval),
    ]
    assert all(0 < span.stop - span.first <= max(1, length // interval) for span in cut)


async def test_a_video_is_entered_cut_and_sent_to_be_extracted(studio: Studio) -> None:
    await studio.planner()(NOTICE)
    video = only_video(studio)
    assert video.video_id == video_id(studio.source, Options())
    assert video.state is State.EXTRACTING
    assert (video.duration_ms, video.width, video.height) == (25_000, 1280, 720)
    assert (video.instants, video.chunks) == (25, 3)
    assert video.deadline_at - video.created_at == studio.settings.deadline_seconds
    planned = sent(studio.chunks)
    assert [(c.chunk, c.first, c.stop) for c in planned if isinstance(c, ChunkPlanned)] == [
        (0, 0, 10),
        (1, 10, 20),
        (2, 20, 25),
    ]
    assert [row.instants for row in studio.ledger.books[video.video_id].values()] == [10, 10, 5]


async def test_a_frame_of_a_single_tick_makes_a_video_of_a_millisecond(studio: Studio) -> None:
    studio.sandbox.lasts = Fraction(1, 1_000_000)
    await studio.planner()(NOTICE)
    assert (only_video(studio).duration_ms, only_video(studio).instants) == (1, 1)


async def test_the_chunks_of_a_video_share_its_group(studio: Studio) -> None:
    await studio.planner()(NOTICE)
    assert {group for _, group in studio.chunks.sent} == {only_video(studio).video_id}


async def test_the_same_video_noticed_twice_is_planned_once(studio: Studio) -> None:
    await studio.planner()(NOTICE)
    row = only_video(studio)
    await studio.planner()(message(VideoSubmitted(bucket="videos", key="in/cup.mp4").body()))
    assert only_video(studio) == row
    assert len(studio.chunks.sent) == 3
    assert studio.sandbox.probes == 1


async def test_other_sampling_options_are_another_run(studio: Studio) -> None:
    await studio.planner()(NOTICE)
    finer = VideoSubmitted(
        bucket="videos", key="in/cup.mp4", options=Options(sampling=Sampling(interval="0.5"))
    )
    await studio.planner()(message(finer.body()))
    assert sorted(video.instants for video in studio.ledger.videos.values()) == [25, 50]


async def test_a_cancelled_video_stays_cancelled_when_it_is_noticed_again(studio: Studio) -> None:
    await studio.planner()(NOTICE)
    await studio.ledger.move(only_video(studio).video_id, State.CANCELLED, ACTIVE)
    await studio.planner()(NOTICE)
    assert only_video(studio).state is State.CANCELLED
    assert len(studio.chunks.sent) == 3


@pytest.mark.parametrize("moment", range(16))
async def test_a_crash_at_any_moment_loses_no_chunk(studio: Studio, moment: int) -> None:
    moments = itertools.count()

    def crash(when: str, call: str) -> bool:
        return next(moments) == moment

    fakes = (studio.objects, studio.ledger, studio.chunks)
    for fake in fakes:
        fake.faults.crash = crash
    for _ in range(2):  # the notice is handed out until it is handled
        try:
            await studio.planner()(NOTICE)
        except Crash:
            continue
    assert only_video(studio).state is State.EXTRACTING
    assert {chunk.chunk for chunk in sent(studio.chunks) if isinstance(chunk, ChunkPlanned)} == {0, 1, 2}
    assert sorted(studio.ledger.books[only_video(studio).video_id]) == [0, 1, 2]


async def test_a_bad_video_is_failed_with_its_sentence_and_not_looked_at_again(studio: Studio) -> None:
    studio.sandbox.refusal = "the file is no video"
    for _ in range(2):
        await studio.planner()(NOTICE)
    video = only_video(studio)
    assert (video.state, video.error) == (State.FAILED, "the file is no video")
    assert video.finished_at is not None
    assert studio.chunks.sent == []
    assert studio.sandbox.probes == 1


async def test_a_video_that_asks_for_an_unknown_detector_is_failed_with_a_sentence(studio: Studio) -> None:
    asked = VideoSubmitted(bucket="videos", key="in/cup.mp4", options=Options(detectors=("words",)))
    await studio.planner()(message(asked.body()))
    video = only_video(studio)
    assert video.state is State.FAILED
    assert video.error == "no detector is named words: name one of LOGOSTREAM_DETECTORS"
    assert studio.sandbox.probes == 0


async def test_a_video_that_is_not_there_is_rejected_with_its_address(studio: Studio) -> None:
    with pytest.raises(Reject, match=r"s3://videos/gone\.mp4 does not exist"):
        await studio.planner()(message(event("gone.mp4")))
    assert studio.ledger.videos == {}


async def test_a_video_we_may_not_read_is_rejected(studio: Studio) -> None:
    studio.objects.denied.add(Address("videos", "in/cup.mp4"))
    with pytest.raises(Reject, match="may not be read"):
        await studio.planner()(NOTICE)


async def test_a_missing_video_does_not_harm_the_others_of_its_notice(studio: Studio) -> None:
    studio.put_video("in/other.mp4")
    notice = message(event("in/cup.mp4", "gone.mp4", "in/other.mp4"))
    with pytest.raises(Reject) as rejected:
        await studio.planner()(notice)
    await studio.planner().give_up(notice, str(rejected.value))
    assert [video.state for video in studio.ledger.videos.values()] == [State.EXTRACTING] * 2


async def test_what_is_no_notice_is_rejected_and_given_up_quietly(studio: Studio) -> None:
    with pytest.raises(Reject):
        await studio.planner()(message("{}"))
    await studio.planner().give_up(message("{}"), "rejected")
    assert studio.ledger.videos == {}


async def test_a_video_whose_planning_was_given_up_is_failed_with_the_reason(studio: Studio) -> None:
    await studio.planner().give_up(NOTICE, "gave up after 8 attempts")
    video = only_video(studio)
    assert (video.state, video.error) == (State.FAILED, "planning gave up after 8 attempts")


async def test_giving_up_also_fails_a_video_whose_chunks_were_never_sent(studio: Studio) -> None:
    studio.chunks.faults.refuse["send"] = 100
    with pytest.raises(studio.chunks.faults.error):
        await studio.planner()(NOTICE)
    assert only_video(studio).state is State.PLANNED
    await studio.planner().give_up(NOTICE, "gave up after 8 attempts")
    assert only_video(studio).state is State.FAILED


async def test_giving_up_leaves_alone_a_video_that_is_being_extracted(studio: Studio) -> None:
    await studio.planner()(NOTICE)
    await studio.planner().give_up(NOTICE, "gave up after 8 attempts")
    assert only_video(studio).state is State.EXTRACTING


async def test_whoever_waits_is_told_of_a_video_that_cannot_be_processed(studio: Studio) -> None:
    studio.sandbox.refusal = "this is no video"
    await studio.planner()(NOTICE)
    [told] = studio.announcer.told
    assert (told.state, told.error, told.summary) == (State.FAILED, "this is no video", None)


async def test_nothing_is_told_of_a_video_that_is_being_extracted_when_its_notice_is_given_up(
    studio: Studio,
) -> None:
    await studio.planner()(NOTICE)
    await studio.planner().give_up(NOTICE, "failed 8 times")
    assert studio.announcer.told == []
