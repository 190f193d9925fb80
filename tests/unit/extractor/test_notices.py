"""Notices of videos: our own message, S3's events as S3 writes them, and whatever else may lie in a queue."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.notices import submissions
from shared.config.options import Options, Sampling
from shared.messaging.messages import BadMessage, FrameFailed, VideoSubmitted
from tests.unit.extractor.studio import event

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_our_own_message_is_taken_as_it_is() -> None:
    submitted = VideoSubmitted(
        bucket="videos", key="in/cup+1.mp4", options=Options(sampling=Sampling(quality=80))
    )
    assert submissions(submitted.body()) == [submitted]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("in/cup.mp4", "in/cup.mp4"),
        ("in/cup+final+1.mp4", "in/cup final 1.mp4"),
        ("in/a%2Bb.mp4", "in/a+b.mp4"),
        ("in/%C3%9Cbung.mp4", "in/Übung.mp4"),
        ("in/100%25.mp4", "in/100%.mp4"),
    ],
)
def test_keys_of_events_are_decoded_as_s3_encodes_them(written: str, meant: str) -> None:
    assert submissions(event(written)) == [VideoSubmitted(bucket="videos", key=meant)]


def test_every_record_of_an_event_is_a_video() -> None:
    assert [video.key for video in submissions(event("a.mp4", "b.mp4", "c.mp4"))] == [
        "a.mp4",
        "b.mp4",
        "c.mp4",
    ]


def test_the_test_event_of_s3_speaks_of_no_video() -> None:
    assert submissions('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "videos"}') == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "5",
        "{}",
        pytest.param("[" * 100_000, id="nested too deep"),
        '{"Records": 5}',
        '{"Records": null}',
        '{"Records": [{}]}',
        '{"Records": [{"s3": {"bucket": {"name": 5}, "object": {"key": "a.mp4"}}}]}',
        '{"Records": [{"s3": {"bucket": {"name": "videos"}, "object": {"key": 5}}}]}',
        '{"Records": [{"s3": {"bucket": {"name": "videos"}, "object": {"key": ["a"]}}}]}',
        '{"kind": "video-submitted", "bucket": "videos"}',
        '{"kind": "video-submitted", "version": 2, "bucket": "videos", "key": "a.mp4"}',
        FrameFailed(video_id="v", chunk=0, instant=0, timestamp_ms=0, reason="").body(),
    ],
)
def test_junk_is_a_bad_message(body: str) -> None:
    with pytest.raises(BadMessage):
        submissions(body)


def survives(notice: Any) -> None:
    with suppress(BadMessage):
        submissions(json.dumps(notice))


@given(json_values)
def test_no_json_whatever_raises_anything_else(notice: Any) -> None:
    survives(notice)


@given(json_values, json_values, json_values)
def test_nothing_inside_an_event_raises_anything_else(bucket: Any, key: Any, record: Any) -> None:
    survives({"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": key}}}, record]})
    survives({"Records": record})


# --- envelopes


def bridged(**changes: Any) -> dict[str, Any]:
    """An EventBridge event of S3, cut down to what is read."""
    detail = {"bucket": {"name": "videos"}, "object": {"key": "in/a+b 1.mp4", "version-id": "v7"}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail, **changes}


def test_an_event_through_eventbridge_has_a_plain_key_and_its_version() -> None:
    assert submissions(json.dumps(bridged())) == [
        VideoSubmitted(bucket="videos", key="in/a+b 1.mp4", version_id="v7")
    ]


def test_only_created_objects_are_videos() -> None:
    assert submissions(json.dumps(bridged(**{"detail-type": "Object Deleted"}))) == []
    removed = json.loads(event("in/cup.mp4"))
    removed["Records"][0]["eventName"] = "ObjectRemoved:Delete"
    assert submissions(json.dumps(removed)) == []
    assert submissions(event("in/folder/")) == []


@pytest.mark.parametrize("inner", [event("in/cup.mp4"), json.dumps(bridged())])
def test_an_sns_envelope_is_opened(inner: str) -> None:
    envelope = json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": inner})
    assert submissions(envelope) == submissions(inner) != []


def test_a_versioned_bucket_names_the_upload() -> None:
    notice = json.loads(event("in/cup.mp4"))
    notice["Records"][0]["s3"]["object"]["versionId"] = "v2"
    assert [video.version_id for video in submissions(json.dumps(notice))] == ["v2"]


@pytest.mark.parametrize("detail", [None, [], {}, {"bucket": {}, "object": {}}, {"bucket": 1, "object": "x"}])
def test_an_eventbridge_event_without_an_object_is_told_so(detail: Any) -> None:
    with pytest.raises(BadMessage, match="names no bucket and key"):
        submissions(json.dumps(bridged(detail=detail)))
