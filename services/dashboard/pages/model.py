"""The models: versions and their evaluation, starting and stopping them, and the thresholds per label."""

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
from services.dashboard.models import Model
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
        models=[await _facts(model) for model in site.models],
        price=DOLLARS_PER_UNIT_HOUR,
        most_units=MOST_UNITS,
        counts=json.dumps(confidences(films)),
        videos=len(films),
    )


@routes.get("/model/events")
async def follow(request: web.Request) -> web.StreamResponse:
    """The models' states as they change."""

    async def parts() -> events.Parts:
        site = request.app[SITE]
        return _parts(site, await site.observer.look())

    return await events.stream(request, parts)


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
        if detector in model.detectors and model.switch:
            return model.switch
    raise web.HTTPNotFound(
        text=f"The detector {detector} has no model to switch: name model_arn and project_arn."
    )


def _parts(site: Site, look: Look) -> dict[str, str]:
    boxes = pipeline(look).models
    budget = site.settings.day_budget if len(boxes) == 1 else None
    return {f"model-{box.detectors[0]}": render.part("models", models=[box], budget=budget) for box in boxes}


async def _facts(model: Model) -> dict[str, Any]:
    facts = {"id": model.id, "name": model.name, "switch": model.switch is not None, "versions": []}
    if model.versions is None:
        return {**facts, "trouble": ""}
    try:
        versions = await model.versions.versions()
    except RekognitionError as error:
        return {**facts, "trouble": str(error)}
    return {**facts, "versions": [_row(version) for version in versions], "trouble": ""}


def _row(version: ModelVersion) -> dict[str, Any]:
    return {
        "name": version.name,
        "state": version.state.replace("_", " ").lower(),
        "message": version.message,
        "created": datetime.fromtimestamp(version.created_at, UTC).isoformat(timespec="minutes"),
        "f1": version.f1,
        "units": version.units,
    }
