"""Notices that a video has arrived, pure: our own message, or S3's event in any of its envelopes.

S3 sends its event straight to the queue, through an SNS topic (the event is then text in an envelope, unless
the subscription asks for raw delivery) or through EventBridge, which has a format of its own.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_plus

from shared.messaging.messages import BadMessage, VideoSubmitted, parse

Notice = dict[str, Any]
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)  # whatever else stands where something should


def submissions(body: str) -> list[VideoSubmitted]:
    """The videos a message of the videos queue speaks of; raises `BadMessage`.

    S3's own test event, sent when notifications are set up, speaks of none; nor does the end of an object, or
    the marker that a console makes for a folder.
    """
    notice = _opened(_json(body))
    if notice.get("Event") == "s3:TestEvent":
        return []
    if "Records" in notice:
        return _uploads(notice["Records"])
    if notice.get("source") == "aws.s3":
        return _announced(notice)
    message = parse(json.dumps(notice))
    if not isinstance(message, VideoSubmitted):
        raise BadMessage(f"the videos queue holds no {message.kind} messages")
    return [message]


def _opened(notice: Notice) -> Notice:
    """What is in SNS's envelope, or the notice itself."""
    if notice.get("Type") == "Notification" and isinstance(notice.get("Message"), str):
        return _json(notice["Message"])
    return notice


def _json(body: str) -> Notice:
    try:
        notice = json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage("not a LogoStream message: the body is no JSON") from None
    if not isinstance(notice, dict):
        raise BadMessage("not a LogoStream message: the body is no JSON object")
    return notice


def _uploads(records: Any) -> list[VideoSubmitted]:
    """S3's own event: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html."""
    try:
        created = [
            record["s3"]
            for record in records
            if record.get("eventName", "ObjectCreated:").startswith("ObjectCreated:")
        ]
        # S3 writes keys as in a form: `in/clip 1.mp4` comes as `in/clip+1.mp4`.
        found = [
            _submitted(s3["bucket"], {**s3["object"], "key": unquote_plus(s3["object"]["key"])})
            for s3 in created
        ]
    except MALFORMED:
        raise BadMessage("an S3 event record names no bucket and key") from None
    return [video for video in found if _is_file(video)]


def _announced(event: Notice) -> list[VideoSubmitted]:
    """EventBridge's event, whose keys are plain: .../userguide/ev-events.html."""
    if event.get("detail-type") != "Object Created":
        return []
    try:
        detail = event["detail"]
        video = _submitted(detail["bucket"], detail["object"])
    except MALFORMED:
        raise BadMessage("an EventBridge event of S3 names no bucket and key") from None
    return [video] if _is_file(video) else []


def _submitted(bucket: Any, uploaded: Any) -> VideoSubmitted:
    version = uploaded.get("versionId", uploaded.get("version-id"))
    return VideoSubmitted(bucket=bucket["name"], key=uploaded["key"], version_id=version)


def _is_file(video: VideoSubmitted) -> bool:
    return not video.key.endswith("/")
