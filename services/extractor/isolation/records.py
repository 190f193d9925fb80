"""The records a sandboxed child sends its parent over a pipe: a fixed head, a JSON part, then raw bytes."""

from __future__ import annotations

import json
import struct
from fractions import Fraction
from typing import Any

from services.extractor.media import RejectedFrame, Sampled, SampledFrame, SkippedInstant, VideoProbe

HEAD = struct.Struct(">4sII")  # magic, length of the JSON part, length of the raw part
MAGIC = b"LSR1"
MAX_JSON_BYTES = 64 << 10
MAX_RAW_BYTES = 256 << 20  # an 8K PNG is 100 MB

Fields = dict[str, Any]


class BrokenRecord(Exception):
    """What came over the pipe is no record: the child is not what it was."""


def pack(kind: str, fields: Fields, raw: bytes = b"") -> bytes:
    """One record, ready to be written."""
    text = json.dumps({"kind": kind, **fields}).encode()
    return HEAD.pack(MAGIC, len(text), len(raw)) + text + raw


def lengths(head: bytes) -> tuple[int, int]:
    """The lengths of the two parts that follow the head. Raises BrokenRecord."""
    magic, json_bytes, raw_bytes = HEAD.unpack(head)
    if magic != MAGIC or json_bytes > MAX_JSON_BYTES or raw_bytes > MAX_RAW_BYTES:
        raise BrokenRecord("not a record")
    return json_bytes, raw_bytes


def fields_of(text: bytes) -> Fields:
    """The JSON part. Raises BrokenRecord."""
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise BrokenRecord("not JSON") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("kind"), str):
        raise BrokenRecord("not an object with a kind")
    return fields


def pack_probe(probe: VideoProbe) -> bytes:
    return pack(
        "probe",
        {
            "container": probe.container,
            "codec": probe.codec,
            "width": probe.width,
            "height": probe.height,
            "duration": str(probe.duration),
            "time_base": str(probe.time_base),
            "start": str(probe.start),
            "frame_rate": None if probe.frame_rate is None else str(probe.frame_rate),
            "rotation": probe.rotation,
        },
    )


def probe_of(fields: Fields) -> VideoProbe:
    rate = fields["frame_rate"]
    return VideoProbe(
        container=str(fields["container"]),
        codec=str(fields["codec"]),
        width=int(fields["width"]),
        height=int(fields["height"]),
        duration=Fraction(fields["duration"]),
        time_base=Fraction(fields["time_base"]),
        start=Fraction(fields["start"]),
        frame_rate=None if rate is None else Fraction(rate),
        rotation=int(fields["rotation"]),
    )


def pack_frame(frame: SampledFrame) -> bytes:
    fields = {
        "instant": frame.instant,
        "pts": frame.pts,
        "time_base": str(frame.time_base),
        "timestamp": str(frame.timestamp),
        "pts_ms": frame.pts_ms,
        "width": frame.width,
        "height": frame.height,
    }
    return pack("frame", fields, frame.data)


def frame_of(fields: Fields, data: bytes) -> SampledFrame:
    return SampledFrame(
        instant=int(fields["instant"]),
        pts=int(fields["pts"]),
        time_base=Fraction(fields["time_base"]),
        timestamp=Fraction(fields["timestamp"]),
        pts_ms=int(fields["pts_ms"]),
        width=int(fields["width"]),
        height=int(fields["height"]),
        data=data,
    )


def pack_skipped(skipped: SkippedInstant) -> bytes:
    return pack("skipped", {"instant": skipped.instant, "reason": skipped.reason})


def skipped_of(fields: Fields) -> SkippedInstant:
    return SkippedInstant(instant=int(fields["instant"]), reason=str(fields["reason"]))


def pack_rejected(rejected: RejectedFrame) -> bytes:
    fields = {
        "instant": rejected.instant,
        "pts_ms": rejected.pts_ms,
        "reason": rejected.reason,
        "measure": rejected.measure,
        "same_as": rejected.same_as,
    }
    return pack("rejected", fields, rejected.thumbnail)


def rejected_of(fields: Fields, thumbnail: bytes) -> RejectedFrame:
    return RejectedFrame(
        instant=int(fields["instant"]),
        pts_ms=int(fields["pts_ms"]),
        reason=str(fields["reason"]),
        measure=float(fields["measure"]),
        same_as=None if fields["same_as"] is None else int(fields["same_as"]),
        thumbnail=thumbnail,
    )


def pack_sampled(told: Sampled) -> bytes:
    """The record of what is told of an instant."""
    match told:
        case SampledFrame():
            return pack_frame(told)
        case RejectedFrame():
            return pack_rejected(told)
        case SkippedInstant():
            return pack_skipped(told)


def sampled_of(fields: Fields, raw: bytes) -> Sampled:
    """Whatever a record tells of an instant. Raises BrokenRecord."""
    try:
        match fields["kind"]:
            case "frame":
                return frame_of(fields, raw)
            case "rejected":
                return rejected_of(fields, raw)
            case "skipped":
                return skipped_of(fields)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise BrokenRecord("a field is missing or no number") from error
    raise BrokenRecord("not about an instant")
