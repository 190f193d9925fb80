"""Pictures of a logo over a ground."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np

from services.extractor.orientation import Image
from shared.messaging.messages import LogoInSight

WIDTH, HEIGHT = 320, 180
LOGO = cv2.resize(
    np.random.default_rng(1).integers(0, 255, (6, 8, 3), np.uint8), (64, 48), interpolation=cv2.INTER_NEAREST
)
GROUND = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8), (0, 0), 9)


def picture(left: int | None, top: int = 60) -> Image:
    """The ground, with the logo where its left edge is given; beyond the frame it is cut off."""
    wide = cv2.copyMakeBorder(GROUND, 0, 0, WIDTH, WIDTH, cv2.BORDER_REFLECT)
    if left is not None:
        wide[top : top + 48, WIDTH + left : WIDTH + left + 64] = LOGO
    return np.ascontiguousarray(wide[:, WIDTH : 2 * WIDTH])


def logo(left: int, top: int = 60, share: float = 1.0) -> LogoInSight:
    right = min(WIDTH, left + 64)
    sides = {
        "left": left / WIDTH,
        "top": top / HEIGHT,
        "width": (right - left) / WIDTH,
        "height": 48 / HEIGHT,
    }
    return LogoInSight(**sides, share=share)


def filmed(path: Path, pictures: list[Image]) -> None:
    """A film of 25 frames a second."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for each in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(each, format="bgr24")))
        out.mux(stream.encode(None))
