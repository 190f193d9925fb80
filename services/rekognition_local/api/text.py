"""The operation DetectText: lines and words of plain, upright text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from services.rekognition_local import images, wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import asked
from services.rekognition_local.reading import Line, Word, read

MODEL_VERSION = "3.0"
MOST_WORDS = 100
LEAST_CONFIDENCE = 80.0  # AWS's own default


async def detect(account: Account, request: wire.DetectText) -> dict[str, Any]:
    """Read the words of one image, those that pass the filters."""
    lines = await lines_in(account, request.image)
    filters = request.filters or wire.TextFilters()
    kept = [line for line in (_filtered(line, filters) for line in lines) if line.words]
    return {"TextDetections": list(_described(kept)), "TextModelVersion": MODEL_VERSION}


async def lines_in(account: Account, image: wire.Image) -> list[Line]:
    """The lines of text in an image, however unsure; raises as `asked.image` does."""
    data = await asked.image(account.objects, image, images.MOST_BYTES_SENT_PLAIN)
    return await asyncio.to_thread(lambda: read(images.decoded(data)))


def _filtered(line: Line, filters: wire.TextFilters) -> Line:
    return Line(tuple(word for word in line.words if _passes(word, filters)))


def _passes(word: Word, filters: wire.TextFilters) -> bool:
    bounds = filters.word_filter or wire.WordFilter()
    least = LEAST_CONFIDENCE if bounds.min_confidence is None else bounds.min_confidence
    large = word.height >= (bounds.min_bounding_box_height or 0)
    wide = word.width >= (bounds.min_bounding_box_width or 0)
    regions = filters.regions_of_interest or []
    return word.confidence >= least and large and wide and (not regions or _inside_one(word, regions))


def _inside_one(word: Word, regions: Iterable[wire.RegionOfInterest]) -> bool:
    """Whether the middle of the word is in a region; of a polygon, its bounding box counts."""
    x, y = word.left + word.width / 2, word.top + word.height / 2
    frames = (region.frame() for region in regions)
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in frames)


def _described(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """Lines first, then words that name their line by its number, as AWS lists them."""
    lines = _first_words(lines)
    for number, line in enumerate(lines):
        yield {"DetectedText": line.text, "Type": "LINE", "Id": number, **_where(line.words)}
    words = [(number, word) for number, line in enumerate(lines) for word in line.words]
    for at, (number, word) in enumerate(words, start=len(lines)):
        yield {"DetectedText": word.text, "Type": "WORD", "Id": at, "ParentId": number, **_where((word,))}


def _first_words(lines: Iterable[Line]) -> list[Line]:
    kept, left = [], MOST_WORDS
    for line in lines:
        words = line.words[:left]
        left -= len(words)
        kept += [Line(words)] if words else []
    return kept


def _where(words: tuple[Word, ...]) -> dict[str, Any]:
    left, top = min(word.left for word in words), min(word.top for word in words)
    right = max(word.left + word.width for word in words)
    bottom = max(word.top + word.height for word in words)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    geometry = {
        "BoundingBox": {"Left": left, "Top": top, "Width": right - left, "Height": bottom - top},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }
    return {"Confidence": sum(word.confidence for word in words) / len(words), "Geometry": geometry}
