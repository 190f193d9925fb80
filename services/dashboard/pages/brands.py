"""Brands over all videos: totals, share of voice, trend, and the longest exposures with their pictures."""

from __future__ import annotations

import time

from aiohttp import web

from services.dashboard import render
from services.dashboard.brands.totals import best_shots, totals
from services.dashboard.site import SITE

routes = web.RouteTableDef()


@routes.get("/brands")
async def show(request: web.Request) -> web.StreamResponse:
    """All brands, or `?brand=…` with its own exposures."""
    films = await request.app[SITE].catalogue.films()
    brand = request.query.get("brand")
    return render.page(
        request,
        "brands",
        rows=totals(films, time.time()),
        brand=brand,
        shots=best_shots(films, brand),
        count=len(films),
    )
