"""Sample a video whose timestamps say when packets are decoded: everything is decoded, to learn the order.

For what `presentation.py` cannot put in order by the headers alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from av.video.frame import VideoFrame

from services.extractor.decoding.h264.references import Picture
from services.extractor.decoding.outcomes import Finish, Finished, Shown, T, finished, skipped
from services.extractor.decoding.packets import Coded, decoded
from services.extractor.decoding.sampling import Clock, Decode, Pick, Skip, plan
from services.extractor.decoding.source import OpenVideo, packets_from
from services.extractor.media import Span


@dataclass(frozen=True, slots=True)
class Ordered:
    """A decoded frame in the place of a packet (sampling.Packet)."""

    pts: int
    end: int
    frame: VideoFrame
    key: bool = True
    shown: bool = True
    size: int = 0
    picture: Picture | None = None


def sample_in_order(
    video: OpenVideo, clock: Clock, span: Span, promised: int, finish: Finish[T]
) -> Iterator[Finished[T]]:
    """The outcomes, when the n-th frame to come out is shown at the n-th time in the file."""
    held: dict[int, VideoFrame] = {}
    for step in plan(_in_order(video, clock.tick(span.first)), clock, span, reorder=0):
        match step:
            case Decode(packet=ordered, droppable=False):
                held[ordered.pts] = ordered.frame
            case Pick():
                yield finished(Shown(step.instant, step.pts, held.pop(step.pts)), finish)
            case Skip():
                yield finished(skipped(step, clock.tick(step.instant) < promised), finish)


def _in_order(video: OpenVideo, tick: int) -> Iterator[Ordered]:
    context, times = video.stream.codec_context, deque[Coded]()
    context.skip_frame = "DEFAULT"  # whoever decoded before may have left frames out, and some inside
    context.flush_buffers()
    for coded in packets_from(video, tick):
        if coded.shown:
            times.append(coded)
        yield from _timed(times, decoded(context, coded.packet))
    yield from _timed(times, decoded(context, None))


def _timed(times: deque[Coded], frames: list[VideoFrame]) -> Iterator[Ordered]:
    for frame in frames[: len(times)]:
        coded = times.popleft()
        yield Ordered(coded.pts or 0, coded.end, frame)
