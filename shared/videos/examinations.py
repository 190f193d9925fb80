"""Examinations, pure: which of several of one upload counts where brands are added up over videos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shared.videos.ledger import State, Video

FINISHED = frozenset({State.COMPLETED, State.COMPLETED_WITH_ERRORS})

Upload = tuple[str, str, str]  # bucket, key and version


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a video counts: what these detectors saw, on the day its upload was first submitted.

    `since` is that time in seconds since the epoch: a later examination is no later film.
    """

    detectors: frozenset[str]
    since: float


def current(videos: Iterable[Video]) -> dict[str, Counted]:
    """Of each upload the newest examination that each detector finished, by the videos' ids."""
    first: dict[Upload, float] = {}
    newest: dict[tuple[Upload, str], str] = {}
    for video in sorted(videos, key=lambda each: (each.created_at, each.video_id)):
        if video.state in FINISHED:
            upload = (video.source.bucket, video.source.key, video.source.version)
            first.setdefault(upload, video.created_at)
            newest |= {(upload, detector): video.video_id for detector in video.options.detectors}
    detectors: defaultdict[tuple[str, Upload], set[str]] = defaultdict(set)
    for (upload, detector), video_id in newest.items():
        detectors[video_id, upload].add(detector)
    return {
        video_id: Counted(frozenset(names), first[upload]) for (video_id, upload), names in detectors.items()
    }
