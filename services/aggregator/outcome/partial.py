"""What a chunk shows, pure: the partial results of a video that is still running."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil

from shared.messaging.messages import FrameDetected, FrameResult
from shared.videos.ledger import BrandSamples, Chunk, Video


def span_ms(video: Video, chunk: Chunk) -> tuple[int, int]:
    """Milliseconds between which the frames of a chunk lie, both included.

    All chunks but the last are equally long. The frame on screen at the first instant may have come up to a
    step before it.
    """
    last = chunk.number == video.chunks - 1
    first = video.instants - chunk.instants if last else chunk.number * chunk.instants
    step = video.sampling.step * 1000
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
