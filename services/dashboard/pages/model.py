"""The model: its versions and their evaluation, starting and stopping it, and the thresholds per label."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from pydantic import Field

from services.dashboard import render
from services.dashboard.brands.totals import confidences
from services.dashboard.live import events
from services.dashboard.live.observer import Look
from services.dashboard.live.pipeline import pipeline
from services.dashboard.pages.bodies import Body, read
from services.dashboard.site import SITE, Site
from services.dashboard.switch import HandSwitch
from shared.costs import DOLLARS_PER_UNIT_HOUR
from shared.model_versions import ModelVersion
from shared.rekognition import AlreadyInUse, RekognitionError

routes = web.RouteTableDef()

MOST_UNITS = 5  # AWS's quota for one model, unless it is raised


class Start(Body):
    """With how many inference units."""

    units: int = Field(1, ge=1, le=100)


@routes.get("/model")
async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    site = request.app[SITE]
    films = await site.catalogue.films()
    return render.page(
        request,
        "model",
        parts=_parts(site, await site.observer.look()),
        switch=site.switch is not None,
        price=DOLLARS_PER_UNIT_HOUR,
        most_units=MOST_UNITS,
        counts=json.dumps(confidences(films)),
        videos=len(films),
        **await _versions(request),
    )


@routes.get("/model/events")
async def follow(request: web.Request) -> web.StreamResponse:
    """The model's state as it changes."""

    async def parts() -> events.Parts:
        site = request.app[SITE]
        return _parts(site, await site.observer.look())

    return await events.stream(request, parts)


@routes.post("/model/start")
async def start(request: web.Request) -> web.Response:
    """Start it now, and take the hand from the switch."""
    units = (await read(request, Start)).units
    try:
        await _switch(request).start(units)
    except AlreadyInUse as error:
        raise web.HTTPConflict(text=f"The model cannot be started: {error}.") from None
    return web.json_response({})


@routes.post("/model/stop")
async def stop(request: web.Request) -> web.Response:
    """Stop it now, and keep it stopped."""
    await _switch(request).stop()
    return web.json_response({})


def _switch(request: web.Request) -> HandSwitch:
    switch = request.app[SITE].switch
    if switch is None:
        raise web.HTTPConflict(text="No model is named: set LOGOSTREAM_MODEL_ARN and LOGOSTREAM_PROJECT_ARN.")
    return switch


def _parts(site: Site, look: Look) -> dict[str, str]:
    return {"model": render.part("model", model=pipeline(look).model, budget=site.settings.day_budget)}


async def _versions(request: web.Request) -> dict[str, Any]:
    versions = request.app[SITE].versions
    if versions is None:
        return {"versions": [], "trouble": ""}
    try:
        return {"versions": [_row(version) for version in await versions.versions()], "trouble": ""}
    except RekognitionError as error:
        return {"versions": [], "trouble": str(error)}


def _row(version: ModelVersion) -> dict[str, Any]:
    return {
        "name": version.name,
        "state": version.state.replace("_", " ").lower(),
        "message": version.message,
        "created": datetime.fromtimestamp(version.created_at, UTC).isoformat(timespec="minutes"),
        "f1": version.f1,
        "units": version.units,
    }
