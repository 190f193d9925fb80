"""Finds what the user names: a video by its id, the start of it, or the file it came from."""

from __future__ import annotations

from pathlib import PurePosixPath

from shared.runtime.command import Failure
from shared.videos.ledger import ANY_STATE, Video, Videos


async def find_video(videos: Videos, name: str) -> Video:
    """The one video that `name` means; raises `Failure` when none or several do."""
    exact = await videos.get(name)
    if exact:
        return exact
    every = await videos.in_states(ANY_STATE)
    matches = [video for video in every if video.video_id.startswith(name) or _file(video) == name]
    if not matches:
        raise Failure(f"no video is known as {name!r}: see `logostream status` for the list")
    if len(matches) > 1:
        ids = ", ".join(video.video_id for video in matches)
        raise Failure(f"{name!r} may mean any of {ids}: give more of the id")
    return matches[0]


def _file(video: Video) -> str:
    return PurePosixPath(video.source.key).name
