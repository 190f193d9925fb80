"""Finds the video that a path names."""

from __future__ import annotations

from aiohttp import web

from services.dashboard.site import SITE
from shared.videos.ledger import Video


async def find(request: web.Request) -> Video:
    """The video that the path names; raises HTTP's 404."""
    video_id = request.match_info["video_id"]
    video = await request.app[SITE].videos.get(video_id)
    if video is None:
        raise web.HTTPNotFound(text=f"No video is known as {video_id}: it may still wait for an extractor.")
    return video
