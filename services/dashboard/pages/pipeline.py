"""The first page: the flow of frames, the model and its money, and what is wrong."""

from __future__ import annotations

from aiohttp import web

from services.dashboard import render
from services.dashboard.live.observer import Observation
from services.dashboard.live.pipeline import pipeline
from services.dashboard.live.problems import problems
from services.dashboard.live.rows import row
from services.dashboard.pages import events
from services.dashboard.site import SITE
from shared.messaging.redrive import move_all

routes = web.RouteTableDef()


@routes.get("/")
async def show(request: web.Request) -> web.StreamResponse:
    """The page, with all it shows at this moment."""
    return render.page(request, "pipeline", parts=_parts(request, await request.app[SITE].observer.look()))


@routes.get("/events")
async def follow(request: web.Request) -> web.StreamResponse:
    """What changes on the page from now on."""

    async def parts() -> events.Parts:
        return _parts(request, await request.app[SITE].observer.look())

    return await events.stream(request, parts)


@routes.post("/queues/{kind:videos|chunks|results|frames-[a-z0-9-]+}/redrive")
async def redrive(request: web.Request) -> web.Response:
    """Give the dead letters of a queue another try."""
    kind, queues = request.match_info["kind"], request.app[SITE].queues
    if f"{kind}-dead" not in queues:
        raise web.HTTPNotFound
    moved = await move_all(queues[f"{kind}-dead"], queues[kind])
    return web.json_response({"moved": moved})


def _parts(request: web.Request, look: Observation) -> dict[str, str]:
    picture = pipeline(look)
    at_work = [row(progress, look.at) for progress in look.snapshot.videos if not progress.ended]
    settings = request.app[SITE].settings
    return {
        "problems": render.part("problems", problems=problems(look), read_only=settings.dashboard_read_only),
        "flow": render.part("flow", pipeline=picture),
        "model": render.part("models", models=picture.models, budget=settings.day_budget),
        "at-work": render.part("at_work", rows=at_work),
    }
