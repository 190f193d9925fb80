"""What the media engine takes and gives: plain values shared by the service and its sandboxed child."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal


class BadVideo(Exception):
    """The video, not the service, is at fault; the text is one sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visit to the sandbox may use before the video is given up as hostile."""

    memory_bytes: int = 1 << 30  # 4K H.264 takes less than half of it
    cpu_seconds: int = 120
    cpu_per_second: int = 15  # of video to be sampled; the slowest real one took half a second
    wall_seconds: float = 120.0  # spent waiting for the child; the time the caller takes does not count
    wall_per_second: float = 5.0  # of video to be sampled
    max_pixels: int = 7680 * 4320  # 8K; beyond it memory is at risk and logos gain nothing
    max_duration_seconds: int = 24 * 3600  # longer is a broken clock, or a live recording to be cut up first

    def to_sample(self, seconds: Fraction) -> Limits:
        """The limits of a visit that samples so many seconds of video."""
        return replace(
            self,
            cpu_seconds=self.cpu_seconds + ceil(self.cpu_per_second * seconds),
            wall_seconds=self.wall_seconds + float(self.wall_per_second * seconds),
        )


@dataclass(frozen=True, slots=True)
class VideoProbe:
    """What is known of a video before it is sampled."""

    container: str
    codec: str
    width: int  # pixels, as the frames are published: upright
    height: int
    duration: Fraction  # seconds from the first frame's appearance to the end of the last
    time_base: Fraction  # seconds per tick of the stream's own clock
    start: Fraction  # the first frame's timestamp, seconds on the stream's own clock
    frame_rate: Fraction | None  # average, for people; nothing is computed from it
    rotation: int  # degrees counter-clockwise that make the stored picture upright


@dataclass(frozen=True, slots=True)
class Span:
    """The sampling instants k * interval for first <= k < stop."""

    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a frame is made into a file."""

    format: Literal["jpeg", "png"] = "jpeg"
    quality: int = 95  # JPEG's, 1 to 100; png is lossless
    deinterlace: bool = False  # show one field of interlaced frames: half the detail, no combs
    square_pixels: bool = False  # stretch anamorphic frames to the shape they are shown in
    for_rekognition: bool = False  # keep to the sizes Rekognition takes
    longest: int | None = None  # pixels of the longer side at most


@dataclass(frozen=True, slots=True)
class SampledFrame:
    """The frame that is on screen from one sampling instant on, encoded."""

    instant: int
    pts: int  # ticks of the stream's own clock
    time_base: Fraction
    timestamp: Fraction  # seconds since the first frame, exact
    pts_ms: int  # the timestamp rounded to the nearest millisecond: it names the frame
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SkippedInstant:
    """A sampling instant for which no frame is published, and why."""

    instant: int
    reason: str


@dataclass(frozen=True, slots=True)
class RejectedFrame:
    """A frame that is not worth examining, and the measure that says so; or one that repeats another."""

    instant: int
    pts_ms: int
    reason: str
    measure: float
    same_as: int | None  # the instant of the frame it repeats
    thumbnail: bytes  # a small JPEG, for people


Sampled = SampledFrame | RejectedFrame | SkippedInstant
