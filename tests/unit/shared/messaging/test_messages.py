"""The wire: what is sent is what is read, newer senders are understood, and strangers are told apart."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.config.options import Options, Sampling
from shared.messaging.messages import (
    AnyMessage,
    BadMessage,
    BoundingBox,
    ChunkExtracted,
    ChunkPlanned,
    Detection,
    FrameDetected,
    FrameFailed,
    FrameReady,
    SkippedInstants,
    Source,
    VideoSubmitted,
    parse,
    video_id,
)

text = st.text(max_size=20)
whole = st.integers(0, 10**9)
ratio = st.floats(0, 1)
samplings = st.builds(
    Sampling,
    interval=st.decimals("0.001", "3600", places=3),
    image_format=st.sampled_from(["jpeg", "png"]),
    quality=st.integers(1, 100),
    dedup=st.booleans(),
)
names = st.from_regex("[a-z0-9]{1,20}", fullmatch=True)
options = st.builds(
    Options,
    sampling=samplings,
    detectors=st.sets(names, min_size=1, max_size=2).map(tuple),
    labels=st.lists(text, max_size=2).map(tuple),
    run=text,
)
sources = st.builds(Source, bucket=text, key=text, version=text)
boxes = st.builds(BoundingBox, left=ratio, top=ratio, width=ratio, height=ratio)
detections = st.builds(Detection, label=text, confidence=st.floats(0, 100), box=st.none() | boxes)
frame = {"video_id": text, "chunk": whole, "instant": whole, "timestamp_ms": whole, "detector": names}
times = st.none() | st.floats(0, 4e9)
skips = st.lists(st.builds(SkippedInstants, reason=text, count=whole), max_size=3).map(tuple)
messages: st.SearchStrategy[AnyMessage] = st.one_of(
    st.builds(
        VideoSubmitted, bucket=text, key=text, version_id=st.none() | text, options=st.none() | options
    ),
    st.builds(
        ChunkPlanned,
        video_id=text,
        chunk=whole,
        first=whole,
        stop=st.integers(1, 10**9),
        source=sources,
        options=options,
        deadline_at=times,
    ),
    st.builds(FrameReady, **frame, bucket=text, key=text, deadline_at=times),
    st.builds(
        FrameDetected,
        **frame,
        model=text,
        detections=st.lists(detections, max_size=3).map(tuple),
        latency_ms=whole,
    ),
    st.builds(FrameFailed, **frame, reason=text),
    st.builds(
        ChunkExtracted,
        video_id=text,
        chunk=whole,
        sampled=whole,
        published=whole,
        skipped=skips,
        damage=st.none() | text,
    ),
)
SOURCE = Source(bucket="videos", key="in/Cup Final (2026).mp4", version="abc")


@given(messages)
def test_what_is_sent_is_what_is_read(message: AnyMessage) -> None:
    assert parse(message.body()) == message


@given(messages, st.dictionaries(st.from_regex("x_[a-z]{1,9}", fullmatch=True), text))
def test_fields_of_a_newer_sender_are_ignored(message: AnyMessage, news: dict[str, str]) -> None:
    assert parse(json.dumps({**json.loads(message.body()), **news})) == message


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("hello", "the body: Invalid JSON"),
        ("[]", "the body: "),
        ("{}", "the body: Unable to extract tag using discriminator 'kind'"),
        ('{"kind": "greeting"}', "the body: Input tag 'greeting'"),
        ('{"kind": "video-submitted", "bucket": "b"}', "video-submitted.key: Field required"),
        (
            '{"version": 2, "kind": "video-submitted", "bucket": "b", "key": "k"}',
            "version: Input should be 1",
        ),
    ],
)
def test_what_is_not_ours_is_told_in_one_sentence(body: str, sentence: str) -> None:
    with pytest.raises(BadMessage) as raised:
        parse(body)
    assert str(raised.value).startswith("not a LogoStream message: ")
    assert sentence in str(raised.value)


@given(messages, st.integers(0, 200))
def test_a_body_cut_short_is_never_taken_for_a_message(message: AnyMessage, length: int) -> None:
    body = message.body()
    with pytest.raises(BadMessage):
        parse(body[: min(length, len(body) - 1)])


def test_messages_older_than_detectors_are_those_of_logos() -> None:
    older = {"video_id": "cup-1", "chunk": 0, "instant": 1, "timestamp_ms": 1000}
    ready = parse(json.dumps({**older, "kind": "frame-ready", "bucket": "b", "key": "k"}))
    failed = parse(json.dumps({**older, "kind": "frame-failed", "reason": "no image"}))
    assert isinstance(ready, FrameReady)
    assert isinstance(failed, FrameFailed)
    assert (ready.detector, ready.deadline_at, failed.detector) == ("logos", None, "logos")


# --- the id of a video


def test_a_video_keeps_its_id_for_ever() -> None:
    assert video_id(SOURCE, interval("1")) == "cup-final-2026-8cc190cd79c1"


def interval(seconds: str) -> Options:
    return Options(sampling=Sampling(interval=Decimal(seconds)))


def test_the_same_sampling_written_otherwise_is_the_same_video() -> None:
    assert video_id(SOURCE, interval("1.00")) == video_id(SOURCE, interval("1"))


@given(sources, options, sources, options)
def test_only_the_same_upload_with_the_same_options_is_the_same_video(
    source: Source, wanted: Options, other_source: Source, other_wanted: Options
) -> None:
    same = video_id(source, wanted) == video_id(other_source, other_wanted)
    assert same == ((source, wanted) == (other_source, other_wanted))


@given(st.text(min_size=1))
def test_an_id_is_fit_for_keys_and_file_names(key: str) -> None:
    made = video_id(Source(bucket="b", key=key, version="v"), Options())
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")
    assert len(made) <= 45


def test_a_key_without_letters_still_makes_a_readable_id() -> None:
    assert video_id(Source(bucket="b", key="in/视频.mp4", version="v"), Options()).startswith("video-")


# --- sampling


def test_the_step_is_exact_and_the_suffix_fits_the_format() -> None:
    assert Sampling(interval=Decimal("0.1")).step == Fraction(1, 10)
    assert Sampling(image_format="png").suffix == "png"
    assert Sampling().suffix == "jpg"


def test_a_source_tells_its_address() -> None:
    assert SOURCE.address == "s3://videos/in/Cup Final (2026).mp4"
