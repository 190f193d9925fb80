"""Desks with a video: one that is half done, and one that is finished."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from shared.messaging.messages import BoundingBox, Detection, FrameDetected, Source
from shared.storage.objects import Address
from shared.videos.ledger import State
from tests.known_videos import ledger_of, summary, video
from tests.unit.dashboard.desk import Desk

FILM = bytes(range(256)) * 8
BOX = BoundingBox(left=0.25, top=0.5, width=0.125, height=0.0625)
FRAME_ID = "0000001000-00000001"
ACME = Detection(label="Acme", confidence=87.5, box=BOX)


def detected(instant: int, *detections: Detection) -> FrameDetected:
    return FrameDetected(
        video_id="cup-1",
        chunk=0,
        instant=instant,
        timestamp_ms=1000 * instant,
        model="v1",
        detections=detections,
        latency_ms=5,
    )


def row(instant: int, outcome: str = "detected", *detections: Detection) -> dict[str, Any]:
    found = [detection.model_dump() for detection in detections]
    return {"instant": instant, "timestamp_s": float(instant), "outcome": outcome, "detections": found}


async def at_work() -> Desk:
    """A desk with one video that is half done, and its film."""
    desk = Desk()
    address = Address("logostream-videos", "in/cup.mp4")
    await desk.objects.put(address, FILM, "video/mp4")
    version = (await desk.objects.stat(address)).version
    source = Source(bucket=address.bucket, key=address.key, version=version)
    desk.ledger = await ledger_of(replace(video("cup-1", address.key), source=source))
    await desk.ledger.enter_frame(detected(1, ACME))
    return desk


async def finished() -> Desk:
    """The same when it is done."""
    desk = await at_work()
    files: dict[str, Any] = {
        "detections.json": json.dumps({"frames": [row(0), row(1, "detected", ACME)]}),
        "exposures.csv": "brand,start_s,end_s\nAcme,0.5,1.5\n",
        "summary.json": json.dumps(summary()),
        "report.html": "<script>1</script>",
    }
    for name, text in files.items():
        await desk.objects.put(Address("logostream-results", f"results/cup-1/{name}"), text.encode(), "")
    await desk.ledger.move("cup-1", State.COMPLETED, {State.EXTRACTING})
    return desk


async def with_picture() -> Desk:
    """A finished one with the picture of its doubtful frame."""
    desk = await finished()
    picture = cv2.imencode(".jpg", np.zeros((360, 640, 3), np.uint8))[1].tobytes()
    await desk.objects.put(Address("logostream-frames", f"frames/cup-1/{FRAME_ID}.jpg"), picture, "")
    return desk
