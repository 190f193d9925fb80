"""A snapshot of the whole pipeline for people and programs: videos, queues, and the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from shared.control import Fault, ModelBoard, ModelReport
from shared.costs import running_cost
from shared.ledger import ENDED, Chunk, Seen, Video, Videos
from shared.queue import Depth

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a video has come, in frames."""

    video: Video
    expected: int  # sampling instants
    sampled: int  # extracted or skipped so far
    published: int
    examined: int  # by every detector
    seen: tuple[Seen, ...] = ()  # in the chunks that are closed

    @property
    def name(self) -> str:
        return PurePosixPath(self.video.source.key).name

    @property
    def ended(self) -> bool:
        return self.video.state in ENDED


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The pipeline at one moment."""

    videos: tuple[Progress, ...]
    model: ModelReport | None
    fault: Fault | None
    faults: Mapping[str, Fault] = field(default_factory=dict)  # by detector

    @property
    def ended(self) -> bool:
        return all(progress.ended for progress in self.videos)

    @property
    def bill(self) -> float:
        """Dollars the model has cost so far, by our meter and AWS's list price."""
        return running_cost(self.model.unit_seconds) if self.model else 0.0


async def take(
    videos: Videos,
    board: ModelBoard,
    model: str | None,
    which: Sequence[Video],
    detectors: Mapping[str, str] = NONE,
) -> Snapshot:
    """Look at these videos, at the model where its name is known, and at detectors by their keys."""
    faults = {name: await board.fault(key) for name, key in detectors.items()}
    return Snapshot(
        videos=tuple(await progress(videos, which)),
        model=await board.report(model) if model else None,
        fault=await board.fault(model) if model else None,
        faults={name: fault for name, fault in faults.items() if fault},
    )


async def progress(videos: Videos, which: Sequence[Video]) -> list[Progress]:
    """How far these videos are."""
    return [await _progress(videos, video) for video in which]


async def _progress(videos: Videos, video: Video) -> Progress:
    if video.chunks_closed == video.chunks:
        return _closed(video)
    chunks = await videos.chunks(video.video_id)
    skipped = sum(skip.count for chunk in chunks for skip in chunk.skipped)
    published = sum(chunk.counts.published for chunk in chunks)
    return Progress(
        video=video,
        expected=video.instants,
        sampled=published + skipped,
        published=published,
        examined=sum(chunk.examined for chunk in chunks),
        seen=_seen(chunks),
    )


def _closed(video: Video) -> Progress:
    """The video's own row has it all, which spares a look at its chunks."""
    counts = video.counts
    examined = counts.by_all(video.options.detectors)
    return Progress(video, video.instants, counts.sampled, counts.published, examined)


def _seen(chunks: Sequence[Chunk]) -> tuple[Seen, ...]:
    """What the chunks together show, the most seen first."""
    samples: Counter[tuple[str, str]] = Counter()
    for each in [each for chunk in chunks for each in chunk.seen]:
        samples[each.detector, each.brand] += each.samples
    ranked = sorted(samples.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Seen(detector, brand, count) for (detector, brand), count in ranked)


def seconds(progress: Progress, seen: Seen) -> float:
    """How long a brand was seen so far: each sample stands for a step."""
    return float(seen.samples * progress.video.sampling.step)


def as_json(snapshot: Snapshot, depths: dict[str, Depth]) -> dict[str, Any]:
    """The snapshot for programs."""
    return {
        "videos": [_video(progress) for progress in snapshot.videos],
        "queues": {name: asdict(depth) for name, depth in depths.items()},
        "model": asdict(snapshot.model) if snapshot.model else None,
        "fault": snapshot.fault.sentence if snapshot.fault else None,
        "faults": {name: fault.sentence for name, fault in snapshot.faults.items()},
        "bill_dollars": round(snapshot.bill, 4),
    }


def _video(progress: Progress) -> dict[str, Any]:
    video = progress.video
    return {
        "id": video.video_id,
        "name": progress.name,
        "source": video.source.address,
        "state": video.state.value,
        "error": video.error,
        "duration_s": video.duration_ms / 1000,
        "interval_s": float(video.sampling.step),
        "frames": {
            "expected": progress.expected,
            "published": progress.published,
            "examined": progress.examined,
        },
        "so_far": [
            {"detector": each.detector, "brand": each.brand, "seconds": seconds(progress, each)}
            for each in progress.seen
        ],
        "created_at": video.created_at,
        "deadline_at": video.deadline_at,
        "finished_at": video.finished_at,
    }
