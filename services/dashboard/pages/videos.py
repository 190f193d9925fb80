"""All videos: the list as it changes, and what is done with one: hand in, cancel."""

from __future__ import annotations

from aiohttp import web

from services.dashboard import render
from services.dashboard.live.observer import Observation
from services.dashboard.live.rows import row
from services.dashboard.pages import events
from services.dashboard.pages.bodies import VIDEO_ID, Body, S3Address, read
from services.dashboard.pages.finding import find
from services.dashboard.site import SITE
from shared.config.detectors import frames_queue
from shared.videos.ledger import ACTIVE, State
from shared.videos.retry import NotRetried, retry
from shared.videos.snapshot import Progress

routes = web.RouteTableDef()

MARGIN_SECONDS = 30.0  # a row may be that much younger in the ledger than on the page


class Submission(Body):
    """Where the video lies, or the prefix that many lie below."""

    address: S3Address


@routes.get("/videos")
async def show(request: web.Request) -> web.StreamResponse:
    """The list as it is now; without scripts it is as good as its last loading."""
    site = request.app[SITE]
    look = await site.observer.look()
    rows = {f"video-{each.video.video_id}": _row(request, each, look) for each in look.snapshot.videos}
    return render.page(
        request,
        "videos",
        rows=rows,
        since=look.at,
        bucket=site.settings.videos_bucket,
        troubles=look.troubles,
    )


@routes.get("/videos/events")
async def follow(request: web.Request) -> web.StreamResponse:
    """The rows that change after `since`, the moment of the page that asks."""
    try:
        since = float(request.query.get("since", ""))
    except ValueError:
        raise web.HTTPBadRequest(text="since is no time.") from None

    async def parts() -> events.Parts:
        look = await request.app[SITE].observer.look()
        return {
            f"video-{each.video.video_id}": _row(request, each, look)
            for each in look.snapshot.videos
            if not each.ended or (each.video.finished_at or 0.0) > since - MARGIN_SECONDS
        }

    return await events.stream(request, parts)


@routes.post("/videos")
async def submit(request: web.Request) -> web.Response:
    """Hand in what lies in S3."""
    submission = await read(request, Submission)
    submitted = await request.app[SITE].submitter.submit([submission.address])
    return web.json_response({"videos": [each.video_id for each in submitted]})


@routes.post(f"/videos/{VIDEO_ID}/cancel")
async def cancel(request: web.Request) -> web.Response:
    """Stop working on a video."""
    video_id = request.match_info["video_id"]
    if not await request.app[SITE].videos.move(video_id, State.CANCELLED, ACTIVE, "cancelled by hand"):
        raise web.HTTPConflict(text=f"{video_id} has ended already and cannot be cancelled.")
    return web.json_response({})


@routes.post(f"/videos/{VIDEO_ID}/retry")
async def again(request: web.Request) -> web.Response:
    """Try the failed frames of a video again."""
    site, video = request.app[SITE], await find(request)
    queues = {name: site.queues[frames_queue(name)] for name in site.settings.detector_names}
    try:
        count = await retry(site.books, queues, site.settings.frames_bucket, video)
    except NotRetried as error:
        raise web.HTTPConflict(text=f"{error}.") from None
    return web.json_response({"frames": count})


def _row(request: web.Request, progress: Progress, look: Observation) -> str:
    read_only = request.app[SITE].settings.dashboard_read_only
    return render.part(
        "video_row", row=row(progress, look.at, look.costs.get(progress.video.video_id)), read_only=read_only
    )
