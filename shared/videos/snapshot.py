"""A snapshot of the whole pipeline for people and programs: videos, queues, detectors and their models."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from shared.config.detectors import DetectorSpec
from shared.costs.prices import running_cost
from shared.messaging.queue import Depth
from shared.models.control import Fault, ModelBoard, ModelReport
from shared.models.pool import Pool, Pools
from shared.videos.ledger import ENDED, BrandSamples, Chunk, Video, Videos


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a video has come, in frames."""

    video: Video
    expected: int  # sampling instants
    sampled: int  # extracted or skipped so far
    published: int
    examined: int  # by every detector
    seen: tuple[BrandSamples, ...] = ()  # in the chunks that are closed

    @property
    def name(self) -> str:
        return PurePosixPath(self.video.source.key).name

    @property
    def ended(self) -> bool:
        return self.video.state in ENDED


@dataclass(frozen=True, slots=True)
class Detecting:
    """What one detector does; `model` is None where it has none, or no controller has reported on it."""

    detector: str
    needs_model: bool
    model: ModelReport | None = None
    fault: Fault | None = None
    pool: Pool | None = None  # None until one of its processes has had something to do


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The pipeline at one moment."""

    videos: tuple[Progress, ...] = ()
    detectors: tuple[Detecting, ...] = ()

    @property
    def ended(self) -> bool:
        return all(progress.ended for progress in self.videos)

    @property
    def models(self) -> tuple[ModelReport, ...]:
        """The reports on all models, each once, though several detectors may share it."""
        return tuple(dict.fromkeys(each.model for each in self.detectors if each.model))

    @property
    def bill(self) -> float:
        """Dollars the models have cost so far, by our meter and AWS's list price."""
        return sum(running_cost(model.unit_seconds) for model in self.models)


async def take(
    videos: Videos, which: Sequence[Video], board: ModelBoard, pools: Pools, specs: Sequence[DetectorSpec]
) -> Snapshot:
    """Look at these videos and detectors."""
    return Snapshot(
        videos=tuple(await progress(videos, which)),
        detectors=await detectors(board, pools, specs),
    )


async def detectors(board: ModelBoard, pools: Pools, specs: Sequence[DetectorSpec]) -> tuple[Detecting, ...]:
    """What these detectors do."""
    return tuple([await _detecting(board, pools, spec) for spec in specs])


async def _detecting(board: ModelBoard, pools: Pools, spec: DetectorSpec) -> Detecting:
    return Detecting(
        detector=spec.name,
        needs_model=spec.needs_model,
        model=await board.report(spec.key) if spec.needs_model else None,
        fault=await board.fault(spec.key),
        pool=await pools.read(spec.key),
    )


async def progress(videos: Videos, which: Sequence[Video]) -> list[Progress]:
    """How far these videos are, each looked at beside the others."""
    return await asyncio.gather(*[_progress(videos, video) for video in which])


async def _progress(videos: Videos, video: Video) -> Progress:
    if video.chunks_closed == video.chunks:
        return by_row(video)
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


def by_row(video: Video) -> Progress:
    """What the video's own row says, without a look at its chunks: all, once they are closed."""
    counts = video.counts
    examined = counts.by_all(video.options.detectors)
    return Progress(video, video.instants, counts.sampled, counts.published, examined)


def _seen(chunks: Sequence[Chunk]) -> tuple[BrandSamples, ...]:
    """What the chunks together show, the most seen first."""
    samples: Counter[tuple[str, str]] = Counter()
    for each in [each for chunk in chunks for each in chunk.seen]:
        samples[each.detector, each.brand] += each.samples
    ranked = sorted(samples.items(), key=lambda item: (-item[1], item[0]))
    return tuple(BrandSamples(detector, brand, count) for (detector, brand), count in ranked)


def seconds(progress: Progress, seen: BrandSamples) -> float:
    """How long a brand was seen so far: each sample stands for a step."""
    return float(seen.samples * progress.video.sampling.step)


def as_json(snapshot: Snapshot, depths: dict[str, Depth]) -> dict[str, Any]:
    """The snapshot for programs."""
    return {
        "videos": [_video(progress) for progress in snapshot.videos],
        "queues": {name: asdict(depth) for name, depth in depths.items()},
        "detectors": {each.detector: _detector(each) for each in snapshot.detectors},
        "bill_dollars": round(snapshot.bill, 4),
    }


def _detector(each: Detecting) -> dict[str, Any]:
    return {
        "model": asdict(each.model) if each.model else None,
        "fault": each.fault.sentence if each.fault else None,
        "rate": _rate(each.pool) if each.pool else None,
    }


def _rate(pool: Pool) -> dict[str, Any]:
    return {
        "calls_per_second": pool.limit,
        "per_unit": pool.per_unit,
        "learnt": pool.learnt,
        "senders": len(pool.senders),
        "calls": pool.window.calls,
        "throttled": pool.window.throttled,
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
