"""Notices that a video has arrived, pure: our own message, or S3's event."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_plus

from shared.messages import BadMessage, VideoSubmitted, parse


def submissions(body: str) -> list[VideoSubmitted]:
    """The videos a message of the videos queue speaks of; raises `BadMessage`.

    S3's own test event, sent when notifications are set up, speaks of none.
    """
    notice = _json(body)
    if notice.get("Event") == "s3:TestEvent":
        return []
    if "Records" in notice:
        return _uploads(notice["Records"])
    message = parse(body)
    if not isinstance(message, VideoSubmitted):
        raise BadMessage(f"the videos queue holds no {message.kind} messages")
    return [message]


def _json(body: str) -> dict[str, Any]:
    try:
        notice = json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage("not a LogoStream message: the body is no JSON") from None
    if not isinstance(notice, dict):
        raise BadMessage("not a LogoStream message: the body is no JSON object")
    return notice


def _uploads(records: Any) -> list[VideoSubmitted]:
    try:
        return [_uploaded(record["s3"]) for record in records]
    except (AttributeError, KeyError, TypeError, ValueError):  # whatever else stands where these should
        raise BadMessage("an S3 event record names no bucket and key") from None


def _uploaded(s3: Any) -> VideoSubmitted:
    # S3 writes keys as in a form: `in/clip 1.mp4` comes as `in/clip+1.mp4`.
    return VideoSubmitted(bucket=s3["bucket"]["name"], key=unquote_plus(s3["object"]["key"]))
