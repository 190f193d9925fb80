"""The wire: every message that crosses a queue, its version, and the ids derived from its content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.config.detectors import DEFAULT, DetectorName
from shared.config.options import Options, Sampling

_IN_EVERY_ID = {"interval", "image_format", "quality"}
UNREACHED = "the video could not be read this far"  # why instants after a break in the data are skipped


class BadMessage(Exception):
    """A message body is not one of ours; the text says what is wrong with it."""


class Wire(BaseModel):
    """What all messages share: frozen, versioned, tolerant of fields a newer sender adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    version: Literal[1] = 1

    def body(self) -> str:
        return self.model_dump_json()


class Source(BaseModel):
    """The uploaded video: `version` is S3's version id where the bucket keeps versions, else the etag."""

    model_config = ConfigDict(frozen=True)
    bucket: str
    key: str
    version: str
    versioned: bool = False

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


class VideoSubmitted(Wire):
    """A video asks to be processed. Without options, or a deadline, the extractor's own settings apply."""

    kind: Literal["video-submitted"] = "video-submitted"
    bucket: str
    key: str
    version_id: str | None = Field(None, description="which upload, in a bucket that keeps versions")
    options: Options | None = None
    deadline_seconds: float | None = Field(None, gt=0, description="from its arrival until it should be done")


Grid = Annotated[int, Field(ge=1)]  # parts of a step that instants count


class BoundingBox(BaseModel):
    """A box in ratios of the frame: 0 is the left or top edge, 1 the right or bottom."""

    model_config = ConfigDict(frozen=True)
    left: float
    top: float
    width: float
    height: float


class Edge(BaseModel):
    """A brand came or left: a detector saw it in the frame of instant `shown`, and not in that of `gone`."""

    model_config = ConfigDict(frozen=True)
    detector: DetectorName
    label: str
    shown: int = Field(ge=0)
    gone: int = Field(ge=0)

    @property
    def comes(self) -> bool:
        return self.gone < self.shown

    @property
    def between(self) -> tuple[int, int]:
        """The two instants, in the order of time."""
        return min(self.shown, self.gone), max(self.shown, self.gone)


class LogoInSight(BoundingBox):
    """A logo to be followed from the frame that shows it; `share` is how much of it lies within the frame."""

    share: float = Field(1.0, gt=0, le=1)


class OpenEdge(Edge):
    """One to be looked for in the video, with its logos in the frame that shows them.

    covers: the boxes of other brands' logos there that overlap them, and may hide some of them.
    """

    logos: tuple[LogoInSight, ...]
    covers: tuple[BoundingBox, ...] = ()


class FoundEdge(Edge):
    """One that the video shows, in the frame whose first instant is `at`: the first one after the change."""

    at: int
    sure: bool


class ChunkPlanned(Wire):
    """Extract the frames of sampling instants first <= k < stop, or of those of them that are `wanted`.

    With `edges` none is extracted: they are looked for in the video.
    """

    kind: Literal["chunk-planned"] = "chunk-planned"
    video_id: str
    chunk: int = Field(ge=0)
    first: int = Field(ge=0)
    stop: int = Field(gt=0)
    source: Source
    options: Options = Options()
    deadline_at: float | None = None  # of the video; seconds since the epoch
    grid: Grid = 1
    wanted: tuple[int, ...] = ()
    edges: tuple[OpenEdge, ...] = ()

    @property
    def sampling(self) -> Sampling:
        return self.options.sampling

    @property
    def instants(self) -> Sequence[int]:
        """The instants to be sampled, in order."""
        return self.wanted or range(self.first, self.stop)


class FrameReady(Wire):
    """A frame lies in S3 and waits for one of its video's detectors."""

    kind: Literal["frame-ready"] = "frame-ready"
    video_id: str
    chunk: int
    instant: int
    timestamp_ms: int
    bucket: str
    key: str
    detector: DetectorName = DEFAULT
    grid: Grid = 1
    deadline_at: float | None = None  # of the video; seconds since the epoch


class Detection(BaseModel):
    """One logo found in a frame; `box` is None for models that classify whole images."""

    model_config = ConfigDict(frozen=True)
    label: str
    confidence: float = Field(ge=0, le=100)
    box: BoundingBox | None = None


class Result(Wire):
    """What is reported of a chunk or one of its frames."""

    video_id: str
    chunk: int


class FrameDetected(Result):
    """What one detector found in one frame, possibly nothing."""

    kind: Literal["frame-detected"] = "frame-detected"
    instant: int
    timestamp_ms: int
    detector: DetectorName = DEFAULT
    grid: Grid = 1
    model: str
    detections: tuple[Detection, ...]
    latency_ms: int


class FrameFailed(Result):
    """One detector could not examine one frame, and why."""

    kind: Literal["frame-failed"] = "frame-failed"
    instant: int
    timestamp_ms: int
    detector: DetectorName = DEFAULT
    grid: Grid = 1
    reason: str


class SkippedInstants(BaseModel):
    """How many sampling instants of a chunk gave no frame, for one reason."""

    model_config = ConfigDict(frozen=True)
    reason: str
    count: int


class ScreenedFrame(BaseModel):
    """A frame that was sampled but is not worth examining, and the measure that spoke against it.

    A near-duplicate inherits the detections of the frame of instant `same_as`.
    """

    model_config = ConfigDict(frozen=True)
    instant: int
    timestamp_ms: int
    reason: str
    measure: float
    same_as: int | None = None


class ChunkExtracted(Result):
    """A chunk's books: sampled = published + skipped, screened frames being among those skipped.

    `damage` tells of a break in the video's data; `edges` are those found, of a chunk that asked for them.
    """

    kind: Literal["chunk-extracted"] = "chunk-extracted"
    sampled: int
    published: int
    skipped: tuple[SkippedInstants, ...] = ()
    screened: tuple[ScreenedFrame, ...] = ()
    damage: str | None = None
    edges: tuple[FoundEdge, ...] = ()


FrameResult = FrameDetected | FrameFailed
AnyMessage = VideoSubmitted | ChunkPlanned | FrameReady | FrameDetected | FrameFailed | ChunkExtracted
_any: TypeAdapter[AnyMessage] = TypeAdapter(Annotated[AnyMessage, Field(discriminator="kind")])


def parse(body: str) -> AnyMessage:
    """Read a message body; raises `BadMessage`."""
    try:
        return _any.validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the body"
        raise BadMessage(f"not a LogoStream message: {where}: {first['msg']}") from None


def video_id(source: Source, options: Options) -> str:
    """The stable id of a video and its options: a readable stem and 48 bits of hash.

    The same upload submitted twice is one video; other options are another run. Options that are left at
    their defaults do not enter, so that one added later leaves all ids as they are.
    """
    sampling = options.sampling
    facts = [source.bucket, source.key, source.version, str(sampling.step), sampling.image_format]
    rest = options.model_dump(mode="json", exclude_defaults=True, exclude={"sampling": _IN_EVERY_ID})
    special = [rest] if any(rest.values()) else []
    digest = hashlib.sha256(json.dumps([*facts, sampling.quality, *special]).encode()).hexdigest()
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(source.key).stem.lower()).strip("-")[:32]
    return f"{stem or 'video'}-{digest[:12]}"
