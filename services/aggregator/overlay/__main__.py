"""`python -m services.aggregator.overlay`: draws boxes on frames as they come, and encodes them.

Frames come as lines of JSON on the standard input, {"file": …, "timestamp_s": …}, in the order of time. They
are pictures that the extractor wrote: no stranger's video is decoded here. Their files are taken, for a long
video's would fill the disk.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import av
import cv2
import typer
from av.video.frame import VideoFrame

from services.aggregator.looks import Image
from services.aggregator.overlay.boxes import Boxes
from services.aggregator.overlay.drawing import draw
from shared.config.analysis import Analysis

MILLISECOND = Fraction(1, 1000)
QUALITY = {"crf": "20", "preset": "veryfast"}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")

Results = Annotated[Path, typer.Option(help="Folder with the video's detections.json and summary.json.")]
Out = Annotated[Path, typer.Option(help="The video to write.")]


@app.command()
def main(results: Results, out: Out, rate: Annotated[int, typer.Option(min=1)] = 25) -> None:
    """Draw the boxes of a finished video on the frames named on the standard input."""
    detections = json.loads((results / "detections.json").read_text())
    analysis = Analysis(**json.loads((results / "summary.json").read_text())["analysis"])
    boxes = Boxes(detections, analysis)
    with _Encoder(out, rate) as encoder:
        for line in sys.stdin:
            frame = json.loads(line)
            image: Any = cv2.imread(frame["file"])
            Path(frame["file"]).unlink()
            at = Fraction(str(frame["timestamp_s"]))
            encoder.add(draw(image, boxes.at(at), boxes.brands), at)


class _Encoder:
    """H.264 in MP4, with the times of the frames as they are."""

    def __init__(self, out: Path, rate: int) -> None:
        self._container = av.open(str(out), "w", format="mp4", options={"movflags": "faststart"})
        self._stream = self._container.add_stream("libx264", rate=rate, options=QUALITY)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = MILLISECOND
        self._begun = False

    def __enter__(self) -> _Encoder:
        return self

    def __exit__(self, *_: object) -> None:
        if self._begun:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def add(self, image: Image, at: Fraction) -> None:
        """Encode a frame that is shown from this moment on, in seconds."""
        even = image[: image.shape[0] & ~1, : image.shape[1] & ~1]  # as 4:2:0 wants
        if not self._begun:
            self._stream.height, self._stream.width = even.shape[:2]
            self._begun = True
        frame = VideoFrame.from_ndarray(even, format="bgr24")
        frame.pts, frame.time_base = round(at / MILLISECOND), MILLISECOND
        self._container.mux(self._stream.encode(frame))


if __name__ == "__main__":
    app(prog_name="python -m services.aggregator.overlay")
