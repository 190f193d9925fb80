"""One video: the film with its boxes, the timeline, the brands' figures; while it is at work, too."""

from __future__ import annotations

import time

from aiohttp import web

from services.dashboard import render
from services.dashboard.film import playback
from services.dashboard.live.rows import row
from services.dashboard.pages import events
from services.dashboard.pages.bodies import VIDEO_ID
from services.dashboard.pages.finding import find
from services.dashboard.site import SITE, Site
from shared.videos import snapshot
from shared.videos.ledger import ENDED, Video

routes = web.RouteTableDef()


@routes.get(f"/videos/{VIDEO_ID}")
async def show(request: web.Request) -> web.StreamResponse:
    """The page of one video."""
    video = await find(request)
    parts = await _parts(request, video.video_id)
    brands = await _brands(request.app[SITE], video)
    return render.page(request, "video", video=video, name=_name(video), parts=parts, brands=brands)


@routes.get(f"/videos/{VIDEO_ID}/events")
async def follow(request: web.Request) -> web.StreamResponse:
    """What changes on the page from now on."""
    video = await find(request)

    async def parts() -> events.Parts:
        return await _parts(request, video.video_id)

    return await events.stream(request, parts)


@routes.get(f"/videos/{VIDEO_ID}/frames.json")
async def frames(request: web.Request) -> web.Response:
    """All frames with their boxes, and the exposures once they are known."""
    video = await find(request)
    found = await request.app[SITE].library.playback(video)
    response = web.json_response(playback.as_json(found, video, video.state in ENDED))
    response.enable_compression()
    return response


async def _parts(request: web.Request, video_id: str) -> dict[str, str]:
    site = request.app[SITE]
    video = await find(request)
    [progress] = await snapshot.progress(site.videos, [video])
    dollars = (await site.observer.look()).costs.get(video_id)
    results = await site.library.results(video)
    so_far = await _so_far(site, video) if results.brands is None else []
    return {
        "state": render.part(
            "video_state",
            row=row(progress, time.time(), dollars),
            read_only=site.settings.dashboard_read_only,
        ),
        "numbers": render.part("numbers", brands=results.brands, so_far=so_far),
        "downloads": render.part("downloads", video=video, files=results.files),
    }


async def _so_far(site: Site, video: Video) -> list[playback.SoFar]:
    return playback.so_far(await site.library.playback(video))


async def _brands(site: Site, video: Video) -> list[str]:
    """The brands of the timeline, so that it has its place before it is drawn."""
    return [row.brand for row in await _so_far(site, video)]


def _name(video: Video) -> str:
    return video.source.key.rpartition("/")[2]
