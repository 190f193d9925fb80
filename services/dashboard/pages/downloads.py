"""The files of a video's results, each to take along."""

from __future__ import annotations

import mimetypes

from aiohttp import web

from services.dashboard.headers import REPORT_POLICY
from services.dashboard.pages.bodies import VIDEO_ID
from services.dashboard.site import SITE
from shared.videos.announcements import results_address

routes = web.RouteTableDef()

SHOWN = {".html", ".jpg"}  # in the browser; all else is saved


@routes.get(f"/videos/{VIDEO_ID}/results/{{name:[a-z0-9_-]{{1,64}}\\.[a-z0-9]{{1,8}}}}")
async def take(request: web.Request) -> web.Response:
    """One file of the results."""
    site, name = request.app[SITE], request.match_info["name"]
    video_id = request.match_info["video_id"]
    body = await site.objects.get(results_address(site.settings.results_bucket, video_id, name))
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind}
    if not name.endswith(tuple(SHOWN)):
        headers["Content-Disposition"] = f'attachment; filename="{video_id}-{name}"'
    if name.endswith(".html"):
        headers["Content-Security-Policy"] = REPORT_POLICY
    return web.Response(body=body, headers=headers)
