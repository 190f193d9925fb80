"""One video's frames into a folder, without queues: what `logostream extract` does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from services.extractor.fetching.remote import AnyVideo
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import (
    BadVideo,
    Encoding,
    Limits,
    RejectedFrame,
    Sampled,
    SampledFrame,
    Span,
    VideoProbe,
)
from services.extractor.sheet import Tile, contact_sheet, tile
from shared.config.options import Sampling
from shared.config.screening import Screening
from shared.videos.timecode import frame_name, instants_before

CHUNK = 120  # instants a visit to the sandbox samples: one that is damaged costs no more
SHEET = "contact-sheet.jpg"


class NothingToExtract(Exception):
    """The part of the video that was asked for is empty; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a video that is sampled, in seconds; to its end where there is no `to`."""

    since: Fraction = Fraction(0)
    to: Fraction | None = None

    def span(self, duration: Fraction, interval: Fraction) -> Span:
        """The instants from `since` on and before `to`. Raises NothingToExtract."""
        end = duration if self.to is None else min(self.to, duration)
        span = Span(instants_before(self.since, interval), instants_before(end, interval))
        if span.first >= span.stop:
            raise NothingToExtract(
                f"no sampling instant lies from {float(self.since):g} s to {float(end):g} s "
                f"(the video lasts {float(duration):g} s): choose other times or a smaller --every"
            )
        return span


@dataclass(slots=True)
class Report:
    """What became of each instant."""

    probe: VideoProbe
    frames: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)  # by reason
    damage: list[str] = field(default_factory=list)


class Extraction:
    """Samples a video into a folder; `advanced` is told after each instant."""

    def __init__(self, sampling: Sampling, screening: Screening | None, out: Path, with_sheet: bool) -> None:
        self._sampling = sampling
        self._screening = screening
        self._out = out
        self._with_sheet = with_sheet
        self._tiles: list[Tile] = []

    async def run(
        self,
        video: AnyVideo,
        part: Part,
        began: Callable[[int], None],
        advanced: Callable[[], None],
    ) -> Report:
        """Raises BadVideo if nothing of the video can be read, and NothingToExtract."""
        sandbox = Sandbox(Limits())
        report = Report(await sandbox.probe(video))
        span = part.span(report.probe.duration, self._sampling.step)
        self._out.mkdir(parents=True, exist_ok=True)
        began(span.stop - span.first)
        for first in range(span.first, span.stop, CHUNK):
            await self._chunk(sandbox, video, Span(first, min(first + CHUNK, span.stop)), report, advanced)
        if self._tiles:
            (self._out / SHEET).write_bytes(contact_sheet(self._tiles))
        return report

    async def _chunk(
        self,
        sandbox: Sandbox,
        video: AnyVideo,
        span: Span,
        report: Report,
        advanced: Callable[[], None],
    ) -> None:
        wanted = self._sampling
        encoding = Encoding(wanted.image_format, wanted.quality, wanted.deinterlace, wanted.square_pixels)
        frames = sandbox.frames(video, span, wanted.step, encoding, self._screening, wanted.dedup)
        try:
            async with aclosing(frames):
                async for item in frames:
                    self._enter(item, report)
                    advanced()
        except BadVideo as error:
            if str(error) not in report.damage:
                report.damage.append(str(error))

    def _enter(self, item: Sampled, report: Report) -> None:
        if isinstance(item, SampledFrame):
            report.frames.append(self._write(item))
        else:
            report.skipped[item.reason] = report.skipped.get(item.reason, 0) + 1
        if isinstance(item, RejectedFrame):
            report.rejected.append(_rejected(item))
        if self._with_sheet and isinstance(item, SampledFrame | RejectedFrame):
            self._tiles.append(tile(item))

    def _write(self, frame: SampledFrame) -> dict[str, Any]:
        path = self._out / f"{frame_name(frame.instant, frame.pts_ms)}.{self._sampling.suffix}"
        path.write_bytes(frame.data)
        return {
            "file": str(path),
            "instant": frame.instant,
            "timestamp_s": float(frame.timestamp),
            "pts": frame.pts,
            "time_base": str(frame.time_base),
            "width": frame.width,
            "height": frame.height,
        }


def _rejected(frame: RejectedFrame) -> dict[str, Any]:
    return {
        "instant": frame.instant,
        "timestamp_s": frame.pts_ms / 1000,
        "reason": frame.reason,
        "measure": round(frame.measure, 3),
        "same_as": frame.same_as,
    }
