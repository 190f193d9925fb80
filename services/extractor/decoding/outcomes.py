"""What became of a sampling instant, on the decoder's side: a frame, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from av.video.frame import VideoFrame

from services.extractor.decoding.sampling import Skip
from services.extractor.media import SkippedInstant


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame as it comes from the decoder, and the instant it is for."""

    instant: int
    pts: int
    frame: VideoFrame


@dataclass(frozen=True, slots=True)
class Damaged(SkippedInstant):
    """An instant whose frame should be in the file, but is missing."""


@dataclass(frozen=True, slots=True)
class Undecodable(Damaged):
    """An instant whose frame is in the file, but does not come out of the decoder."""


Outcome = Shown | SkippedInstant

T = TypeVar("T")
Finish = Callable[[Outcome], T]


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """What was made of an outcome, its frame (a whole picture in memory) being let go."""

    instant: int
    kind: type[Outcome]
    made: T


def finished(outcome: Outcome, finish: Finish[T]) -> Finished[T]:
    return Finished(outcome.instant, type(outcome), finish(outcome))


def undecodable(instant: int) -> Undecodable:
    return Undecodable(instant, "damaged: the frame cannot be decoded")


def skipped(skip: Skip, promised: bool) -> SkippedInstant:
    """The outcome of a skip; `promised` says whether the header claims a frame for this instant."""
    if skip.same_as is not None:
        return SkippedInstant(skip.instant, "the same frame as an earlier instant")
    if promised:
        return Damaged(skip.instant, "damaged: the video breaks off before this instant")
    return SkippedInstant(skip.instant, "no frame: the video ends before this instant")
