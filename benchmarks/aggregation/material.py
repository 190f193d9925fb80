"""A match of any length with twenty brands in it: its row in the ledger, its results, its picture."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache

import cv2
import numpy as np

from shared.config.options import Options, Sampling
from shared.messaging.messages import BoundingBox, ChunkExtracted, Detection, FrameDetected, Source
from shared.videos.ledger import Counts, Examined, State, Video

ID = "match-0123456789ab"
PER_CHUNK = 240  # two minutes at two frames a second
BRANDS = [f"Brand {n:02d}" for n in range(20)]


def video(frames: int) -> Video:
    """A video of so many frames, as the ledger plans it."""
    return Video(
        video_id=ID,
        source=Source(bucket="videos", key="in/match.mp4", version="1"),
        options=Options(sampling=Sampling(interval=Decimal("0.5"))),
        state=State.EXTRACTING,
        created_at=0.0,
        deadline_at=7200.0,
        duration_ms=500 * frames,
        width=1920,
        height=1080,
        instants=frames,
        chunks=-(-frames // PER_CHUNK),
    )


def result(n: int) -> FrameDetected:
    """Three brands in each frame on average, each for half a minute, in boxes that move."""
    chance = random.Random(n)
    shown = [brand for at, brand in enumerate(BRANDS) if (n // 60 + 7 * at) % 20 < 3]
    return FrameDetected(
        video_id=ID,
        chunk=n // PER_CHUNK,
        instant=n,
        timestamp_ms=500 * n,
        model="logos.2026-11-25",
        detections=tuple(_detection(brand, n, chance) for brand in shown),
        latency_ms=180,
    )


def _detection(brand: str, n: int, chance: random.Random) -> Detection:
    left = 0.1 + 0.5 * ((n % 60) / 60)
    box = BoundingBox(left=left, top=chance.uniform(0.4, 0.42), width=0.12, height=0.07)
    return Detection(label=brand, confidence=chance.uniform(60, 99), box=box)


def extracted(chunk: int) -> ChunkExtracted:
    """The books of a chunk, all of whose frames were published."""
    return ChunkExtracted(video_id=ID, chunk=chunk, sampled=PER_CHUNK, published=PER_CHUNK)


def counts(frames: int) -> Counts:
    """What a chunk of so many frames amounts to."""
    return Counts(sampled=frames, published=frames, examined={"logos": Examined(frames, 0)})


@cache
def picture() -> bytes:
    """A frame of 1080p, as a JPEG."""
    noise = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3), np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.asarray(cv2.imencode(".jpg", smooth, (cv2.IMWRITE_JPEG_QUALITY, 95))[1]).tobytes()
