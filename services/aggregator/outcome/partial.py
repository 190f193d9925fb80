"""What a chunk shows, pure: the partial results of a video that is still running."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import ceil

from shared.messaging.messages import FrameDetected, FrameResult
from shared.videos.ledger import BrandSamples, Chunk, Video


def span_ms(step: Fraction, first_chunk: Chunk, chunk: Chunk) -> tuple[int, int]:
    """Milliseconds between which the frames of a coarse chunk lie, both included; the step is in seconds.

    All chunks but the last are as long as the first. The frame on screen at the first instant may have come
    up to a step before it.
    """
    first, step = chunk.number * first_chunk.instants, step * 1000
    return max(0, int((first - 1) * step)), ceil((first + chunk.instants) * step)


def seen(video: Video, chunk: Chunk, results: Iterable[FrameResult]) -> tuple[BrandSamples, ...]:
    """In how many samples each detector saw each brand; a near-duplicate counts as what it repeats."""
    copies = Counter(frame.same_as for frame in chunk.screened if frame.same_as is not None)
    samples: Counter[tuple[str, str]] = Counter()
    for result in results:
        if result.chunk == chunk.number and isinstance(result, FrameDetected):
            for label in {detection.label for detection in result.detections}:
                if not video.options.labels or label in video.options.labels:
                    samples[result.detector, label] += 1 + copies[result.instant]
    return tuple(BrandSamples(detector, brand, count) for (detector, brand), count in sorted(samples.items()))
