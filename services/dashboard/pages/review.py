"""Review: doubtful detections one after the other, by keyboard, and the verdicts as lines for training."""

from __future__ import annotations

import json
from dataclasses import asdict

from aiohttp import web
from pydantic import Field

from services.dashboard import render
from services.dashboard.pages.bodies import FRAME, Body, read
from services.dashboard.review.doubts import Scope, Verdict
from services.dashboard.site import SITE
from shared.datasets.doubts import USUAL_BELOW

routes = web.RouteTableDef()


class Decision(Body):
    """A verdict on one detection of one frame."""

    video_id: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    frame: str = Field(pattern=f"^{FRAME}$")
    number: int = Field(ge=0, le=999)
    verdict: Verdict


@routes.get("/review")
async def show(request: web.Request) -> web.StreamResponse:
    """The gallery of what nobody has decided yet."""
    scope = _scope(request)
    found = await request.app[SITE].review.open_doubts(scope)
    return render.page(
        request,
        "review",
        scope=scope,
        detectors=request.app[SITE].settings.detector_names,
        doubts=json.dumps([asdict(doubt) for doubt in found]),
        count=len(found),
    )


@routes.post("/review")
async def decide(request: web.Request) -> web.Response:
    """Keep a verdict."""
    decision = await read(request, Decision)
    await request.app[SITE].review.decide(
        decision.video_id, decision.frame, decision.number, decision.verdict
    )
    return web.json_response({})


@routes.get("/review.manifest")
async def export(request: web.Request) -> web.Response:
    """The verdicts as a Ground Truth manifest, as training reads it."""
    lines = await request.app[SITE].review.manifest(_scope(request))
    return web.Response(
        text="".join(f"{json.dumps(line)}\n" for line in lines),
        content_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="review.manifest"'},
    )


def _scope(request: web.Request) -> Scope:
    known = request.app[SITE].settings.detector_names
    detector = request.query.get("detector", known[0])
    if detector not in known:
        raise web.HTTPBadRequest(text=f"No detector has this name: there are {', '.join(known)}.")
    try:
        below = float(request.query.get("below", USUAL_BELOW))
    except ValueError:
        below = -1.0
    if not 0 <= below <= 100:
        raise web.HTTPBadRequest(text="below is a confidence in percent, 0 to 100.")
    return Scope(detector, below)
