"""Cut a sampling plan into pieces and carry them out with a decoder: feed it, take out what was picked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic

from av.packet import Packet as AvPacket
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.extractor.decoding.outcomes import (
    Finish,
    Finished,
    Outcome,
    Shown,
    T,
    finished,
    skipped,
    undecodable,
)
from services.extractor.decoding.packets import Coded, decoded
from services.extractor.decoding.sampling import Clock, Decode, Pick, Restart, Skip, Step

PIECE_BYTES = 8 << 20
FIRST_PIECE_BYTES = 2 << 20  # so that the first frame is out before much of the video is read
PICTURE_BYTES = 1 << 20  # what a picked frame is reckoned to take once it is a JPEG

Made = Decode[Coded] | Pick | Skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Some steps of one group of pictures, which begins or ends, or both, with them."""

    steps: list[Made]
    cost: int  # bytes
    begins: bool
    ends: bool


def pieces(steps: Iterable[Step[Coded]]) -> Iterator[Piece]:
    """The plan in pieces small enough to be held in memory, none across a restart, the first ones smaller."""
    most = FIRST_PIECE_BYTES
    gathered: list[Made] = []
    cost, begins = 0, True
    for step in steps:
        if isinstance(step, Restart):
            yield Piece(gathered, cost, begins, ends=True)
            gathered, cost, begins = [], 0, True
            continue
        gathered.append(step)
        cost += _cost(step)
        if cost > most:
            yield Piece(gathered, cost, begins, ends=False)
            most = min(2 * most, PIECE_BYTES)
            gathered, cost, begins = [], 0, False
    yield Piece(gathered, cost, begins, ends=True)


def _cost(step: Made) -> int:
    match step:
        case Decode():
            return step.packet.size
        case Pick():
            return PICTURE_BYTES
        case Skip():
            return 0


class Reel(Generic[T]):
    """One decoder, and the frames it has given that may yet be picked."""

    def __init__(
        self, context: VideoCodecContext, may_drop: bool, clock: Clock, promised: int, finish: Finish[T]
    ) -> None:
        self._context = context
        self._may_drop = may_drop
        self._clock = clock
        self._promised = promised
        self._finish = finish
        self._outcomes: deque[Pick | Skip] = deque()
        self._wanted: set[int] = set()
        self._frames: dict[int, VideoFrame] = {}

    def carry_out(self, piece: Piece) -> list[Finished[T]]:
        """The outcomes known after this piece; all of the group's when it ends."""
        made: list[Finished[T]] = []
        for step in piece.steps:
            match step:
                case Decode():
                    self._feed(step.packet, step.droppable)
                case Pick() | Skip():
                    self._outcomes.append(step)
            made += [finished(outcome, self._finish) for outcome in self._settled(drained=False)]
        if piece.ends:
            self._drain()
            made += [finished(outcome, self._finish) for outcome in self._settled(drained=True)]
        return made

    def _feed(self, coded: Coded, droppable: bool) -> None:
        """Decode one packet; of a droppable one only what other frames refer to."""
        if not droppable and coded.pts is not None:
            self._wanted.add(coded.pts)
        self._context.skip_frame = "NONREF" if droppable and self._may_drop else "DEFAULT"
        self._decode(coded.packet)

    def _drain(self) -> None:
        """Take out what the decoder still holds, and make it ready for a keyframe."""
        if self._context.is_open:
            self._decode(None)
            self._context.flush_buffers()

    def _settled(self, drained: bool) -> Iterator[Outcome]:
        """The leading outcomes that are known by now; after a drain, a frame that has not come never will."""
        while self._outcomes:
            head = self._outcomes[0]
            if isinstance(head, Skip):
                yield skipped(head, self._clock.tick(head.instant) < self._promised)
            elif (frame := self._take(head.pts)) is not None:
                yield Shown(head.instant, head.pts, frame)
            elif drained:
                yield undecodable(head.instant)
            else:
                return
            self._outcomes.popleft()

    def _take(self, pts: int) -> VideoFrame | None:
        """The frame with this timestamp, if it has come; earlier ones are let go."""
        frame = self._frames.pop(pts, None)
        if frame is not None:
            self._wanted = {other for other in self._wanted if other > pts}
            self._frames = {other: kept for other, kept in self._frames.items() if other > pts}
        return frame

    def _decode(self, packet: AvPacket[VideoStream] | None) -> None:
        for frame in decoded(self._context, packet):
            if frame.pts in self._wanted and not frame.is_corrupt:
                self._frames[frame.pts or 0] = frame
