"""Decide what becomes of a frame that was sampled: it is published, rejected, or repeats one that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import cv2
import numpy as np
from av.video.frame import VideoFrame

from services.extractor.decoding.outcomes import Outcome, Shown
from services.extractor.decoding.sampling import Clock
from services.extractor.media import Encoding, RejectedFrame, Sampled, SampledFrame, SkippedInstant
from services.extractor.orientation import AS_STORED, Image, Orientation
from services.extractor.pictures.encode import encode
from services.extractor.pictures.fit import fitted
from services.extractor.pictures.picture import luma, picture
from services.extractor.pictures.planes import Planes, has_whole_chroma, jpeg_planes
from services.extractor.pictures.quality import Luma, difference, flaw, measures, shrunk
from shared.config.screening import Screening
from shared.datasets.picturesize import MOST_BYTES_STORED
from shared.videos.timecode import to_ms

THUMBNAIL_WIDTH = 320
THUMBNAIL = Encoding(quality=80)
SHAPE_REFUSED = "its sides are more than 20 to 1, which Rekognition refuses"
BYTES_REFUSED = "its file is larger than the 15 MB Rekognition takes: use jpeg"
ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is told of an instant, and the small luma plane that a published frame is compared by."""

    told: Sampled
    small: Luma | None = None


class Screen:
    """Makes the picture of each frame and judges it on its own; used on several threads at once."""

    def __init__(
        self,
        clock: Clock,
        encoding: Encoding,
        pixel_aspect: Fraction,
        screening: Screening | None,
        way: Orientation = AS_STORED,
    ) -> None:
        self._clock = clock
        self._encoding = encoding
        self._pixel_aspect = pixel_aspect if encoding.square_pixels else ONE
        self._screening = screening
        self._way = way

    def judge(self, outcome: Outcome) -> Judged:
        """The frame as it is published, or why it is not."""
        if isinstance(outcome, SkippedInstant):
            return Judged(SkippedInstant(outcome.instant, outcome.reason))
        content = self._content(outcome.frame)
        if self._screening is None:
            return Judged(self._published(outcome, content))
        small = shrunk(content.luma if isinstance(content, Planes) else luma(outcome.frame, content))
        found = flaw(measures(small), self._screening)
        if found is None:
            return Judged(self._published(outcome, content), small)
        at = to_ms(self._clock.timestamp(outcome.pts))
        small_picture = thumbnail(self._picture(outcome.frame))
        return Judged(RejectedFrame(outcome.instant, at, found.reason, found.measure, None, small_picture))

    def _content(self, frame: VideoFrame) -> Image | Planes:
        """What becomes the file: the frame's own planes if they need not be touched, or else its picture."""
        planes = jpeg_planes(frame) if self._wants_it_as_decoded(frame) else None
        return planes or self._picture(frame)

    def _wants_it_as_decoded(self, frame: VideoFrame) -> bool:
        wanted, size = self._encoding, (frame.width, frame.height)
        return (
            wanted.format == "jpeg"
            and self._pixel_aspect == 1
            and not (wanted.deinterlace and frame.interlaced_frame)
            and not (wanted.for_rekognition and fitted(*size) != size)
            and (wanted.longest is None or max(size) <= wanted.longest)
            and self._way == AS_STORED
        )

    def _picture(self, frame: VideoFrame) -> Image:
        whole = picture(frame, self._encoding.deinterlace, self._pixel_aspect, self._way)
        return within(whole, self._encoding.longest) if self._encoding.longest else whole

    def _published(self, shown: Shown, content: Image | Planes) -> SampledFrame | SkippedInstant:
        if self._encoding.for_rekognition and not isinstance(content, Planes):
            size = fitted(content.shape[1], content.shape[0])
            if size is None:
                return SkippedInstant(shown.instant, SHAPE_REFUSED)
            content = scaled(content, size)
        data = encode(content, self._encoding, has_whole_chroma(shown.frame))
        if self._encoding.for_rekognition and len(data) > MOST_BYTES_STORED:
            return SkippedInstant(shown.instant, BYTES_REFUSED)
        timestamp = self._clock.timestamp(shown.pts)
        height, width = (content.luma if isinstance(content, Planes) else content).shape[:2]
        return SampledFrame(
            instant=shown.instant,
            pts=shown.pts,
            time_base=self._clock.time_base,
            timestamp=timestamp,
            pts_ms=to_ms(timestamp),
            width=width,
            height=height,
            data=data,
        )


class Repetitions:
    """Finds near-duplicates: frames that look like the last one kept in the same window of instants.

    The first good frame of each window of `max_gap` seconds is published whatever came before, so that
    nothing disappears for longer. Windows are counted from instant zero, so that any division of a video
    into spans finds the same ones, provided that sampling begins with a window.
    """

    def __init__(self, interval: Fraction, limits: Screening) -> None:
        self._window = max(1, ceil(Fraction(limits.max_gap) / interval))
        self._most = limits.duplicate
        self._kept: tuple[int, Luma] | None = None

    def begin(self, instant: int) -> int:
        """The first instant of the window that this one is in."""
        return instant - instant % self._window

    def judge(self, judged: Judged) -> Judged:
        """The frame, or that it repeats another; to be asked in the order of time."""
        frame, small = judged.told, judged.small
        if small is None or not isinstance(frame, SampledFrame):
            return judged
        if self._kept and self._kept[0] >= self.begin(frame.instant):
            apart = difference(self._kept[1], small)
            if apart < self._most:
                return Judged(_repeated(frame, apart, self._kept[0]))
        self._kept = (frame.instant, small)
        return judged


def scaled(image: Image, size: tuple[int, int]) -> Image:
    """The picture at another size, width and height in pixels."""
    height, width = image.shape[:2]
    if size == (width, height):
        return image
    method = cv2.INTER_AREA if size[0] < width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)


def within(image: Image, longest: int) -> Image:
    """The picture with neither side longer than so many pixels."""
    height, width = image.shape[:2]
    scale = min(1.0, longest / max(width, height))
    return scaled(image, (max(1, round(width * scale)), max(1, round(height * scale))))


def thumbnail(image: Image) -> bytes:
    """A small JPEG."""
    height, width = image.shape[:2]
    return encode(scaled(image, (THUMBNAIL_WIDTH, max(1, height * THUMBNAIL_WIDTH // width))), THUMBNAIL)


def _repeated(frame: SampledFrame, apart: float, same_as: int) -> RejectedFrame:
    image = cv2.imdecode(np.frombuffer(frame.data, np.uint8), cv2.IMREAD_REDUCED_COLOR_4)
    small = thumbnail(np.asarray(image, np.uint8))
    return RejectedFrame(frame.instant, frame.pts_ms, "near-duplicate", apart, same_as, small)
