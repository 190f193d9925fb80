"""What one finished video says of its brands, pure: screen time, the best pictures, how sure it was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.dashboard.film.playback import Box, Frame, Playback
from shared.videos.examinations import Counted
from shared.videos.ledger import Video

PERCENTS = 101  # 0 to 100


@dataclass(frozen=True, slots=True)
class Shot:
    """One exposure with the picture of its surest detection. Times in seconds."""

    video_id: str
    name: str  # of the video
    suffix: str  # of its pictures
    brand: str
    detector: str
    start: float
    end: float
    image: str | None
    at: float  # of the picture
    box: Box | None
    confidence: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Film:
    """One video; `confidences` counts its detections by detector, label and whole percent."""

    video_id: str
    created_at: float  # seconds since the epoch
    shots: tuple[Shot, ...]
    confidences: Mapping[tuple[str, str], tuple[int, ...]]


def film(video: Video, playback: Playback) -> Film:
    """What the video's frames, in the order of time, and exposures amount to."""
    times = [frame.at for frame in playback.frames]

    def within(start: float, end: float) -> Sequence[Frame]:
        return playback.frames[bisect_left(times, start) : bisect_right(times, end)]

    return Film(
        video_id=video.video_id,
        created_at=video.created_at,
        shots=tuple(
            _shot(video, within(start, end), brand, start, end, detector)
            for brand, start, end, detector in playback.exposures
        ),
        confidences=_confidences(playback.frames),
    )


def reduced(whole: Film, counted: Counted) -> Film:
    """What of the film counts."""
    return Film(
        video_id=whole.video_id,
        created_at=counted.since,
        shots=tuple(shot for shot in whole.shots if shot.detector in counted.detectors),
        confidences={key: counts for key, counts in whole.confidences.items() if key[0] in counted.detectors},
    )


def _shot(video: Video, frames: Iterable[Frame], brand: str, start: float, end: float, detector: str) -> Shot:
    seen = [
        (box["confidence"], -frame.at, frame, box)
        for frame in frames
        if frame.image
        for box in frame.boxes
        if (box["label"], box["detector"]) == (brand, detector)
    ]
    confidence, _, frame, box = max(seen, key=lambda each: each[:2], default=(0.0, 0.0, None, None))
    return Shot(
        video_id=video.video_id,
        name=video.source.key.rpartition("/")[2],
        suffix=video.sampling.suffix,
        brand=brand,
        detector=detector,
        start=start,
        end=end,
        image=frame.image if frame else None,
        at=frame.at if frame else start,
        box=box,
        confidence=confidence,
    )


def _confidences(frames: Iterable[Frame]) -> dict[tuple[str, str], tuple[int, ...]]:
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * PERCENTS)
    for frame in frames:
        if frame.outcome != "inherited":  # the same detection again
            for box in frame.boxes:
                counts[box["detector"], box["label"]][int(box["confidence"])] += 1
    return {key: tuple(each) for key, each in counts.items()}
