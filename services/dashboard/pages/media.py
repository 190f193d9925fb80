"""Pictures that move and pictures that do not: the video in ranges, and its sampled frames."""

from __future__ import annotations

import mimetypes

from aiohttp import web

from services.dashboard.film.ranges import NotSatisfiable, Span, span
from services.dashboard.pages.bodies import FRAME, VIDEO_ID
from services.dashboard.pages.finding import find
from services.dashboard.site import SITE, Site
from shared.storage.objects import Address, ObjectInfo
from shared.videos.ledger import Video

routes = web.RouteTableDef()

PIECE = 1 << 20  # bytes read from S3 at a time
WIDTHS = {"160", "480"}  # of thumbnails, in pixels
FOREVER = "private, max-age=31536000, immutable"  # a frame never changes


@routes.get(f"/videos/{VIDEO_ID}/film")
async def film(request: web.Request) -> web.StreamResponse:
    """The video itself, or the range of it that is asked for."""
    site, video = request.app[SITE], await find(request)
    address = Address(video.source.bucket, video.source.key)
    info = await _info(site, address, video)
    try:
        asked = span(request.headers.get("Range"), info.size)
    except NotSatisfiable:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{info.size}"}) from None
    response = web.StreamResponse(status=206 if asked else 200)
    response.headers.update(
        {"Accept-Ranges": "bytes", "Cache-Control": "private", "ETag": f'"{info.version}"'}
    )
    response.content_type = _kind(video.source.key)
    if asked:
        response.headers["Content-Range"] = asked.content_range
    wanted = asked or Span(0, info.size, info.size)
    response.content_length = wanted.stop - wanted.first
    await response.prepare(request)
    await _send(site, address, info, wanted, response)
    return response


@routes.get(f"/videos/{VIDEO_ID}/frames/{{frame:{FRAME}}}.{{suffix:jpg|png}}")
async def frame(request: web.Request) -> web.Response:
    """One sampled frame, whole or `?width=160` pixels wide."""
    site, path = request.app[SITE], request.match_info
    key = f"frames/{path['video_id']}/{path['frame']}.{path['suffix']}"
    picture = await site.objects.get(Address(site.settings.frames_bucket, key))
    kind = "image/png" if path["suffix"] == "png" else "image/jpeg"
    width = request.query.get("width")
    if width in WIDTHS:
        picture, kind = await site.thumbnails.make(picture, int(width)), "image/jpeg"
    return web.Response(body=picture, content_type=kind, headers={"Cache-Control": FOREVER})


async def _info(site: Site, address: Address, video: Video) -> ObjectInfo:
    source = video.source
    info = await site.objects.stat(address, source.version if source.versioned else None)
    if info.version != source.version:
        raise web.HTTPGone(text=f"{address} was replaced since it was processed.")
    return info


async def _send(
    site: Site, address: Address, info: ObjectInfo, wanted: Span, response: web.StreamResponse
) -> None:
    try:
        for first in range(wanted.first, wanted.stop, PIECE):
            stop = min(first + PIECE, wanted.stop)
            await response.write(await site.objects.read(address, info, first, stop))
    except ConnectionError:
        return  # the player has what it wanted
    await response.write_eof()


def _kind(key: str) -> str:
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    return "video/mp4" if kind == "video/quicktime" else kind  # a browser plays one as the other
