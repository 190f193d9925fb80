"""The ledger's rows: videos and chunks as plain values for DynamoDB, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from shared.config.options import Options
from shared.messaging.messages import FoundEdge, OpenEdge, ScreenedFrame, SkippedInstants, Source
from shared.videos.ledger import BrandSamples, Chunk, Counts, Examined, State, Video

VIDEO = "VIDEO"  # sort key of a video's own row
_screened: TypeAdapter[tuple[ScreenedFrame, ...]] = TypeAdapter(tuple[ScreenedFrame, ...])
_asked: TypeAdapter[tuple[OpenEdge, ...]] = TypeAdapter(tuple[OpenEdge, ...])
_found: TypeAdapter[tuple[FoundEdge, ...]] = TypeAdapter(tuple[FoundEdge, ...])
_COUNTED = ("sampled", "published", "skipped")


def chunk_key(number: int) -> str:
    """The sort key of a chunk's row."""
    return f"CHUNK#{number:05d}"


def counter(outcome: str, detector: str) -> str:
    """The attribute that counts a detector's results: `detected:logos`, `failed:logos`."""
    # One of its own for each, as DynamoDB adds only to whole attributes.
    return f"{outcome}:{detector}"


def counters(counts: Counts, detectors: Iterable[str]) -> dict[str, int]:
    """What these detectors have examined, by attribute."""
    return {
        counter(outcome, detector): count
        for detector in detectors
        for outcome, count in asdict(counts.by(detector)).items()
    }


def video_item(video: Video) -> dict[str, Any]:
    return {
        "video_id": video.video_id,
        "item": VIDEO,
        "state": video.state.value,
        "source": video.source.model_dump(),
        "options": video.options.model_dump_json(),
        "created_at": video.created_at,
        "deadline_at": video.deadline_at,
        "duration_ms": video.duration_ms,
        "width": video.width,
        "height": video.height,
        "frame_rate": str(video.frame_rate) if video.frame_rate else None,
        "instants": video.instants,
        "chunks": video.chunks,
        "error": video.error,
        "finished_at": video.finished_at,
    }


def video(row: Mapping[str, Any]) -> Video:
    measured = ("duration_ms", "width", "height", "instants")
    counted = ("chunks", "chunks_extracted", "chunks_closed", "reopened")
    finished, rate = row.get("finished_at"), row.get("frame_rate")
    options = Options.model_validate_json(row["options"])
    return Video(
        video_id=row["video_id"],
        source=Source.model_validate(row["source"]),
        options=options,
        state=State(row["state"]),
        created_at=float(row["created_at"]),
        deadline_at=float(row["deadline_at"]),
        frame_rate=Fraction(rate) if rate else None,
        counts=_counts(row, options.detectors),
        error=row["error"],
        finished_at=None if finished is None else float(finished),
        **{name: int(row.get(name, 0)) for name in (*measured, *counted)},
    )


def chunk_item(video_id: str, chunk: Chunk) -> dict[str, Any]:
    return {
        "video_id": video_id,
        "item": chunk_key(chunk.number),
        "number": chunk.number,
        "instants": chunk.instants,
        "detectors": list(chunk.detectors),
        "grid": chunk.grid,
        "wanted": list(chunk.wanted),
        "edges": _asked.dump_json(chunk.edges).decode(),
        "extracted": False,
        "closed": False,
    }


def chunk(row: Mapping[str, Any]) -> Chunk:
    detectors = tuple(row["detectors"])
    return Chunk(
        number=int(row["number"]),
        instants=int(row["instants"]),
        grid=int(row.get("grid", 1)),
        wanted=tuple(int(instant) for instant in row.get("wanted", [])),
        edges=_asked.validate_json(row.get("edges", "[]")),
        found=_found.validate_json(row.get("edges_found", "[]")),
        detectors=detectors,
        extracted=row["extracted"],
        closed=row["closed"],
        counts=_counts(row, detectors),
        skipped=tuple(SkippedInstants.model_validate(skip) for skip in row.get("reasons", [])),
        screened=_screened.validate_json(row.get("screened", "[]")),
        damage=row.get("damage"),
        seen=tuple(
            BrandSamples(each["detector"], each["brand"], int(each["samples"]))
            for each in row.get("seen", [])
        ),
    )


def screened_json(frames: tuple[ScreenedFrame, ...]) -> str:
    """Screened frames as one attribute: text, for DynamoDB's own lists take three times the room."""
    return _screened.dump_json(frames, exclude_defaults=True).decode()


def found_json(edges: tuple[FoundEdge, ...]) -> str:
    """Edges that were found, as one attribute: likewise."""
    return _found.dump_json(edges).decode()


def _counts(row: Mapping[str, Any], detectors: Iterable[str]) -> Counts:
    counted = {name: int(row.get(name, 0)) for name in _COUNTED}
    examined = {detector: _examined(row, detector) for detector in detectors}
    return Counts(**counted, examined={detector: each for detector, each in examined.items() if each.total})


def _examined(row: Mapping[str, Any], detector: str) -> Examined:
    return Examined(
        detected=int(row.get(counter("detected", detector), 0)),
        failed=int(row.get(counter("failed", detector), 0)),
    )
