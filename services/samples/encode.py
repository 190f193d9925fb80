"""Write a scene as an H.264 file: draw its frames, encode them as they come."""

from __future__ import annotations

from pathlib import Path

import av

from services.samples.render import Renderer
from services.samples.scene import Scene
from services.samples.space import HEIGHT, WIDTH
from services.samples.truth import Sighting, sightings

# The fastest preset, for encoding is a good third of the work, plus what costs little: B-frames and CABAC
# halve the files, and deblocking keeps the crowd smooth.
QUALITY = {"preset": "ultrafast", "crf": "24", "bf": "2", "coder": "1", "x264-params": "no-deblock=0"}
KEYFRAME_EVERY = 50  # frames


def encode(scene: Scene, path: Path) -> list[list[Sighting]]:
    """Make the video at `path` and return what is to be seen in each of its frames."""
    renderer = Renderer()
    truth = []
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=scene.fps, options=QUALITY)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = KEYFRAME_EVERY
        for time in scene.times:
            shot = scene.shot(time)
            frame = av.VideoFrame.from_ndarray(renderer.draw(shot), format="yuv420p")
            container.mux(stream.encode(frame))
            truth.append(sightings(shot))
        container.mux(stream.encode(None))
    return truth
