"""Finishes a video: reads its results once, analyses them, and writes its files, the summary last.

Every file is whole or absent and the same for the same results, so any number of aggregators may do this at
once, and again. A long video's frames are read and written as a stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from services.aggregator.analysis.exposure import Scene
from services.aggregator.analysis.measures import best_shot
from services.aggregator.exports.captions import exposures_vtt
from services.aggregator.exports.edl import exposures_edl
from services.aggregator.exports.frames import DetectionsJson
from services.aggregator.exports.parquet import DetectionsParquet
from services.aggregator.exports.sheet import Tile, contact_sheet
from services.aggregator.exports.summary_json import summary_json
from services.aggregator.exports.tables import exposures_csv
from services.aggregator.outcome.reading import ResultReader
from services.aggregator.outcome.summary import Outcome, scenes, summarise
from services.aggregator.refinement import next_chunk
from services.aggregator.report.page import report_html
from services.aggregator.stills import FrameReader, Stills
from shared.storage.objects import Address, ObjectStore
from shared.videos.announcements import SUMMARY, results_address
from shared.videos.ledger import Chunk, Counting, Video


class Overtaken(Exception):
    """The results are no longer those that the chunks count, as when failed frames are tried again."""

    def __init__(self) -> None:
        super().__init__("the books do not count the results that were read")


@dataclass(frozen=True, slots=True)
class Read:
    """A video's rows, read whole, and what they show each detector."""

    video: Video
    chunks: Sequence[Chunk]
    reader: ResultReader
    found: Mapping[str, Scene]


class Finisher:
    """Writes what videos amount to into the results bucket."""

    def __init__(
        self, books: Counting, objects: ObjectStore, frames: FrameReader, results_bucket: str
    ) -> None:
        self._books = books
        self._objects = objects
        self._frames = frames
        self._results_bucket = results_bucket

    async def next_chunk(self, video: Video, chunks: Sequence[Chunk]) -> Chunk | None:
        """What the edges of exposures still ask for, as a chunk; None when there is nothing left."""
        if video.options.analysis.edge_precision is None:
            return None
        reader = ResultReader(video, chunks)
        async for result in self._books.frames(video.video_id):
            reader.add(result)
        reader.rest()
        return await asyncio.to_thread(_next_chunk, video, chunks, reader)

    async def finish(self, video: Video, chunks: Sequence[Chunk]) -> Outcome:
        """Write every file of the video; raises `Overtaken`, `LedgerError` or `ObjectError`."""
        with TemporaryDirectory(prefix="logostream-") as folder:
            reader = await self._read(video, chunks, Path(folder))
            if not reader.agrees_with(chunks):
                raise Overtaken
            found = await asyncio.to_thread(scenes, video, chunks, reader)
            stills = await self._look(video, found)
            outcome, files = await asyncio.to_thread(_made, Read(video, chunks, reader, found), stills)
            await self._upload(video, "detections.json", "application/json", Path(folder))
            await self._upload(video, "detections.parquet", "application/vnd.apache.parquet", Path(folder))
        for name, (content_type, body) in files.items():
            await self._objects.put(self._address(video, name), body, content_type)
        return outcome

    async def _read(self, video: Video, chunks: Sequence[Chunk], folder: Path) -> ResultReader:
        reader = ResultReader(video, chunks)
        with (
            (folder / "detections.json").open("wb") as json_file,
            (folder / "detections.parquet").open("wb") as parquet_file,
            DetectionsJson(json_file, video) as as_json,
            DetectionsParquet(parquet_file, video.video_id) as as_parquet,
        ):
            async for result in self._books.frames(video.video_id):
                entries = reader.add(result)
                as_json.add(entries)
                as_parquet.add(entries)
            rest = reader.rest()
            as_json.add(rest)
            as_parquet.add(rest)
        return reader

    async def _look(self, video: Video, found: Mapping[str, Scene]) -> Stills:
        exposures = [exposure for scene in found.values() for exposure in scene.exposures]
        large = [
            shot
            for scene in found.values()
            for brand in {exposure.brand for exposure in scene.exposures}
            if (shot := best_shot([each for each in scene.exposures if each.brand == brand]))
        ]
        return await self._frames.look(video, [each.best for each in exposures if each.best], large)

    async def _upload(self, video: Video, name: str, content_type: str, folder: Path) -> None:
        await self._objects.upload(folder / name, self._address(video, name), content_type)

    def _address(self, video: Video, name: str) -> Address:
        return results_address(self._results_bucket, video.video_id, name)


def _next_chunk(video: Video, chunks: Sequence[Chunk], reader: ResultReader) -> Chunk | None:
    found = scenes(video, chunks, reader)
    return next_chunk(video, chunks, {name: (reader.samples(name), scene) for name, scene in found.items()})


def _made(read: Read, stills: Stills) -> tuple[Outcome, dict[str, tuple[str, bytes]]]:
    """The outcome and its files but those of single frames, in the order of writing."""
    sharpness = {shot: look.sharpness for shot, look in stills.looks.items()}
    outcome = summarise(read.video, read.chunks, read.reader.tallies, read.found, sharpness)
    return outcome, {
        "exposures.csv": ("text/csv", exposures_csv(outcome)),
        "exposures.vtt": ("text/vtt", exposures_vtt(outcome)),
        "exposures.edl": ("text/plain", exposures_edl(outcome)),
        "contact-sheet.jpg": ("image/jpeg", contact_sheet(_tiles(outcome, stills))),
        "report.html": ("text/html; charset=utf-8", report_html(outcome, stills.looks)),
        SUMMARY: ("application/json", summary_json(outcome)),
    }


def _tiles(outcome: Outcome, stills: Stills) -> list[Tile]:
    return [
        Tile(
            picture=stills.tiles.get(total.best) if total.best else None,
            brand=total.brand,
            caption=f"{float(total.screen_time):.1f} s · {100 * total.share_of_voice:.1f} % share of voice",
        )
        for found in outcome.findings
        for total in found.brands
    ]
