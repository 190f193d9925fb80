"""Carry out a sampling plan with FFmpeg's decoder: feed it what is needed, take out what was picked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from av.packet import Packet as AvPacket
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.extractor.media import Span
from services.extractor.outcomes import Outcome, Shown, skipped, undecodable
from services.extractor.packets import Coded, decoded
from services.extractor.sampling import Clock, Decode, Pick, Restart, Skip, plan
from services.extractor.source import Video


def sample_by_plan(
    video: Video, packets: Iterable[Coded], clock: Clock, span: Span, promised: int
) -> Iterator[Outcome]:
    """The outcomes of the span, in order; the packets begin with a keyframe shown by its first instant."""
    decoder = _Decoder(video)
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


def _settled(
    outcomes: deque[Pick | Skip], decoder: _Decoder, drained: bool, clock: Clock, promised: int
) -> Iterator[Outcome]:
    """The leading outcomes that are known by now; after a drain, a frame that has not come never will."""
    while outcomes:
        head = outcomes[0]
        if isinstance(head, Skip):
            yield skipped(head, clock.tick(head.instant) < promised)
        elif (frame := decoder.take(head.pts)) is not None:
            yield Shown(head.instant, head.pts, frame)
        elif drained:
            yield undecodable(head.instant)
        else:
            return
        outcomes.popleft()


class _Decoder:
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
