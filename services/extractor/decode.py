"""Carry out a sampling plan with FFmpeg's decoder: feed it what is needed, take out what was picked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from av.packet import Packet as AvPacket
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.extractor.media import SkippedInstant, Span
from services.extractor.packets import Coded, decoded
from services.extractor.probe import claimed_end
from services.extractor.sampling import Clock, Decode, Pick, Restart, Skip, plan
from services.extractor.source import Video, packets_from


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame as it comes from the decoder, and the instant it is for."""

    instant: int
    pts: int
    frame: VideoFrame


@dataclass(frozen=True, slots=True)
class Damaged(SkippedInstant):
    """An instant whose frame should be in the file, but is missing or cannot be decoded."""


def sample(video: Video, clock: Clock, span: Span) -> Iterator[Shown | SkippedInstant]:
    """The outcome of each instant of the span, in order."""
    promised = claimed_end(video)
    if video.timed_by_decoding:
        return _sample_in_order(video, clock, span, promised)
    return _sample_by_plan(video, clock, span, promised)


def _sample_by_plan(
    video: Video, clock: Clock, span: Span, promised: int
) -> Iterator[Shown | SkippedInstant]:
    packets = packets_from(video, clock.tick(span.first))
    decoder = Decoder(video)
    outcomes: deque[Pick | Skip] = deque()
    for step in plan(packets, clock, span):
        drained = isinstance(step, Restart)
        match step:
            case Restart():
                decoder.drain()
            case Decode():
                decoder.feed(step.packet, step.droppable)
            case Pick() | Skip():
                outcomes.append(step)
        yield from _settled(outcomes, decoder, drained, clock, promised)
    decoder.drain()
    yield from _settled(outcomes, decoder, True, clock, promised)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A decoded frame as sampling.Packet, for streams that must be decoded to be put in order."""

    pts: int
    end: int
    frame: VideoFrame
    key: bool = True
    shown: bool = True
    size: int = 0


def _sample_in_order(
    video: Video, clock: Clock, span: Span, promised: int
) -> Iterator[Shown | SkippedInstant]:
    """Decode everything; the n-th frame to come out is shown at the n-th time in the file."""
    held: dict[int, VideoFrame] = {}
    for step in plan(_in_order(video, clock.tick(span.first)), clock, span, reorder=0):
        match step:
            case Decode(packet=ordered, droppable=False):
                held[ordered.pts] = ordered.frame
            case Pick():
                yield Shown(step.instant, step.pts, held.pop(step.pts))
            case Skip():
                yield _skipped(step, clock.tick(step.instant) < promised)


def _in_order(video: Video, tick: int) -> Iterator[Ordered]:
    times: deque[Coded] = deque()
    for coded in packets_from(video, tick):
        times.append(coded)
        for frame in decoded(video.stream, coded.packet):
            yield _ordered(times.popleft(), frame)
    for coded, frame in zip(times, decoded(video.stream, None), strict=False):
        yield _ordered(coded, frame)


def _ordered(coded: Coded, frame: VideoFrame) -> Ordered:
    return Ordered(coded.pts or 0, coded.end, frame)


def _settled(
    outcomes: deque[Pick | Skip], decoder: Decoder, drained: bool, clock: Clock, promised: int
) -> Iterator[Shown | SkippedInstant]:
    """The leading outcomes that are known by now; after a drain, a frame that has not come never will."""
    while outcomes:
        head = outcomes[0]
        if isinstance(head, Skip):
            yield _skipped(head, clock.tick(head.instant) < promised)
        elif (frame := decoder.take(head.pts)) is not None:
            yield Shown(head.instant, head.pts, frame)
        elif drained:
            yield Damaged(head.instant, "damaged: the frame cannot be decoded")
        else:
            return
        outcomes.popleft()


def _skipped(skip: Skip, promised: bool) -> SkippedInstant:
    if skip.same_as is not None:
        return SkippedInstant(skip.instant, "the same frame as an earlier instant")
    if promised:
        return Damaged(skip.instant, "damaged: the video breaks off before this instant")
    return SkippedInstant(skip.instant, "no frame: the video ends before this instant")


class Decoder:
    """FFmpeg's decoder, and the frames it has given that may yet be picked."""

    def __init__(self, video: Video) -> None:
        self._stream = video.stream
        self._context = video.stream.codec_context
        self._may_drop = video.may_drop
        self._wanted: set[int] = set()
        self._frames: dict[int, VideoFrame] = {}

    def feed(self, coded: Coded, droppable: bool) -> None:
        """Decode one packet; of a droppable one only what other frames refer to."""
        if not droppable and coded.pts is not None:
            self._wanted.add(coded.pts)
        self._context.skip_frame = "NONREF" if droppable and self._may_drop else "DEFAULT"
        self._decode(coded.packet)

    def drain(self) -> None:
        """Take out what the decoder still holds, and make it ready for a keyframe."""
        if self._context.is_open:
            self._decode(None)
            self._context.flush_buffers()

    def take(self, pts: int) -> VideoFrame | None:
        """The frame with this timestamp, if it has come; earlier ones are let go."""
        frame = self._frames.pop(pts, None)
        if frame is not None:
            self._wanted = {other for other in self._wanted if other > pts}
            self._frames = {other: kept for other, kept in self._frames.items() if other > pts}
        return frame

    def _decode(self, packet: AvPacket[VideoStream] | None) -> None:
        for frame in decoded(self._stream, packet):
            if frame.pts in self._wanted and not frame.is_corrupt:
                self._frames[frame.pts or 0] = frame
