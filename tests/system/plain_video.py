"""Videos with nothing to find in them, whole or cut short."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np


def write_plain_video(path: Path, seconds: int) -> None:
    """A grey gradient that moves; its index comes first."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        ramp = np.linspace(0, 255, 320, dtype=np.uint8)
        for number in range(seconds * 25):
            picture = np.broadcast_to(np.roll(ramp, number)[None, :, None], (240, 320, 3))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def write_cut_video(path: Path, seconds: int) -> None:
    """One that says it lasts so long and breaks off before."""
    write_plain_video(path, seconds)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 7 // 10])
