"""The models: versions with their evaluation, starting and stopping them, and the thresholds per label."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import Field

from services.dashboard import render
from services.dashboard.brands.totals import confidences
from services.dashboard.live.pipeline import pipeline
from services.dashboard.live.versions import Listing
from services.dashboard.models import Model
from services.dashboard.pages import events
from services.dashboard.pages.bodies import Body, read
from services.dashboard.site import SITE, Site
from services.dashboard.switch import HandSwitch
from shared.costs.prices import DOLLARS_PER_UNIT_HOUR
from shared.models.control import ModelState
from shared.models.rekognition import AlreadyInUse
from shared.models.versions import ModelVersion

routes = web.RouteTableDef()

MOST_UNITS = 5  # AWS's quota for one model, unless it is raised
_BILLED = {ModelState.STARTING, ModelState.RUNNING, ModelState.STOPPING}
_BROKEN = {ModelState.FAILED, ModelState.TRAINING_FAILED}  # in other states the message says the state again


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
        parts=await _parts(site),
        models=site.models,
        price=DOLLARS_PER_UNIT_HOUR,
        most_units=MOST_UNITS,
        counts=json.dumps(confidences(films)),
        videos=len(films),
    )


@routes.get("/model/events")
async def follow(request: web.Request) -> web.StreamResponse:
    """The models' states and versions as they change."""
    return await events.stream(request, partial(_parts, request.app[SITE]))


@routes.post("/model/{detector}/start")
async def start(request: web.Request) -> web.Response:
    """Start the detector's model now, and take the hand from the switch."""
    units = (await read(request, Start)).units
    try:
        await _switch(request).start(units)
    except AlreadyInUse as error:
        raise web.HTTPConflict(text=f"The model cannot be started: {error}.") from None
    return web.json_response({})


@routes.post("/model/{detector}/stop")
async def stop(request: web.Request) -> web.Response:
    """Stop the detector's model now, and keep it stopped."""
    await _switch(request).stop()
    return web.json_response({})


def _switch(request: web.Request) -> HandSwitch:
    detector = request.match_info["detector"]
    for model in request.app[SITE].models:
        if detector == model.detector and model.switch:
            return model.switch
    raise web.HTTPNotFound(
        text=f"The detector {detector} has no model to switch: name model_arn and project_arn."
    )


async def _parts(site: Site) -> dict[str, str]:
    boxes = pipeline(await site.observer.look()).models
    budget = site.settings.day_budget if len(boxes) == 1 else None
    states = {f"model-{box.detector}": render.part("models", models=[box], budget=budget) for box in boxes}
    return states | {f"versions-{model.detector}": await _versions(model) for model in site.models}


async def _versions(model: Model) -> str:
    listing = await model.versions.look() if model.versions else Listing()
    rows = [_row(version) for version in listing.versions]
    return render.part("versions", versions=rows, trouble=listing.trouble, named=model.versions is not None)


def _row(version: ModelVersion) -> dict[str, Any]:
    return {
        "name": version.name,
        "state": version.state.replace("_", " ").lower(),
        "message": version.message if version.state in _BROKEN else "",
        "created": datetime.fromtimestamp(version.created_at, UTC).isoformat(timespec="minutes"),
        "f1": version.f1,
        "units": version.units if version.state in _BILLED else 0,
    }
