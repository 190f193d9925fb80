"""Say what a video is: size, clock, beginning and end, from its packets rather than from its header alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from services.extractor.decoding.packets import Coded
from services.extractor.decoding.sampling import MAX_REORDER
from services.extractor.decoding.source import OpenVideo, packets_about, packets_from
from services.extractor.media import BadVideo, Limits, VideoProbe
from services.extractor.orientation import orientation

DAY_SECONDS = 24 * 3600
CLAIM_SLACK_SECONDS = 1  # headers round, and leave out the last frame; a longer gap is a file cut short


def probe(video: OpenVideo, limits: Limits) -> VideoProbe:
    """The video's facts. Raises BadVideo if it lasts longer than the limit.

    The duration of a file that breaks off is the claimed one: the missing instants are to be accounted for.
    """
    first, codec, rate = video.first, video.stream.codec_context.name, video.stream.average_rate
    start, rotation = video.start, first.rotation
    duration = (max(claimed_end(video), last_tick(video)) - start) * video.time_base
    if duration > limits.max_duration_seconds:
        allowed = _long(Fraction(limits.max_duration_seconds))
        raise BadVideo(f"the video lasts {_long(duration)}, more than the {allowed} allowed")
    sideways = orientation(first).transposed
    return VideoProbe(
        container=video.name,
        codec=codec,
        width=first.height if sideways else first.width,
        height=first.width if sideways else first.height,
        duration=duration,
        time_base=video.time_base,
        start=start * video.time_base,
        frame_rate=rate,
        rotation=rotation,
    )


def last_tick(video: OpenVideo) -> int:
    """The tick at which the last frame leaves the screen, looked for near its claimed end, else all over."""
    claimed = claimed_end(video)
    if claimed > video.start:
        # A second of video is enough, wherever it begins, if more packets follow than can come before their
        # turn: then the frame that is shown last is among them.
        near_end, seen = _end(packets_about(video, claimed))
        if seen <= MAX_REORDER:
            near_end, _ = _end(packets_from(video, claimed))
        if near_end is not None:
            return near_end
    end, _ = _end(packets_from(video, video.start))
    return end if end is not None else video.start + video.frame_ticks


def claimed_end(video: OpenVideo) -> int:
    """The tick up to which the header promises frames, less some slack; the start if it makes no claim.

    Only claims about the video stream count: the sound may well be longer.
    """
    slack = int(CLAIM_SLACK_SECONDS / video.time_base)
    if video.stream.duration:
        return video.start + max(0, video.stream.duration - slack)
    if "DURATION" in video.stream.metadata:
        return max(video.start, _in_ticks(video, video.stream.metadata["DURATION"]) - slack)
    return video.start


def _end(packets: Iterator[Coded]) -> tuple[int | None, int]:
    """When the last of the packets leaves the screen, and how many there are."""
    end, seen = None, 0
    for packet in packets:
        seen += 1
        if packet.shown and packet.pts is not None:
            end = max(packet.end, end or packet.end)
    return end, seen


def _in_ticks(video: OpenVideo, clock_time: str) -> int:
    """Matroska's HH:MM:SS.fraction, the time at which the stream's last frame ends."""
    try:
        hours, minutes, seconds = (Fraction(part) for part in clock_time.split(":"))
    except ValueError:
        return 0
    return int((hours * 3600 + minutes * 60 + seconds) / video.time_base)


def _long(seconds: Fraction) -> str:
    return (
        f"{float(seconds / DAY_SECONDS):,.1f} days"
        if seconds > DAY_SECONDS
        else f"{float(seconds / 3600):g} h"
    )
