"""A model with a hidden rate: the stand-in's token bucket and errors, without looking at any picture."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

from aiohttp import web

from services.rekognition_local.errors import (
    ApiError,
    ProvisionedThroughputExceededException,
    ResourceNotReadyException,
)
from services.rekognition_local.resources import throughput
from shared.runtime.listening import listening

LATENCY = 0.15  # seconds of a call that is let through; a refusal is quick


class HiddenModel:
    """Takes `units` times `per_unit` calls a second, with a second's burst; notes how every call ended."""

    def __init__(self, units: int, per_unit: float) -> None:
        self.units = units
        self.per_unit = per_unit
        self.ended: list[tuple[float, str]] = []  # when, and "answered" or the error's code
        self._rates = [(time.time(), units * per_unit)]
        self._bucket = throughput.full(units * per_unit, time.time())

    def run(self, units: int) -> None:
        """So many units from now on; a started model has a full bucket, one that does not run has none."""
        self.units = units
        self._bucket = throughput.full(units * self.per_unit, time.time())
        self._rates.append((time.time(), units * self.per_unit))

    def change(self, per_unit: float) -> None:
        """Every unit takes so many calls a second from now on, and nobody is told."""
        self.per_unit = per_unit
        self._bucket, _ = throughput.take(replace(self._bucket, tokens=self._bucket.tokens), time.time())
        self._bucket = replace(self._bucket, rate=self.units * per_unit)
        self._rates.append((time.time(), self.units * per_unit))

    def rate(self, at: float) -> float:
        """Calls a second that the model took at that time."""
        return next((rate for since, rate in reversed(self._rates) if since <= at), 0.0)

    def capacity(self, start: float, end: float) -> float:
        """Calls that the model could take between two times, but for what a full bucket adds."""
        edges = [start, *(at for at, _ in self._rates if start < at < end), end]
        return sum((later - earlier) * self.rate(earlier) for earlier, later in pairwise(edges))

    def count(self, outcome: str, start: float, end: float) -> int:
        """Calls that ended so between two times."""
        return sum(start <= at < end and outcome == how for at, how in self.ended)

    async def answer(self, _: web.Request) -> web.Response:
        try:
            self._admit()
        except ApiError as error:
            self.ended.append((time.time(), error.code))
            return _response({"__type": error.code, "message": str(error)}, error.status)
        self.ended.append((time.time(), "answered"))
        await asyncio.sleep(LATENCY)
        return _response({"CustomLabels": []}, 200)

    def _admit(self) -> None:
        if not self.units:
            raise ResourceNotReadyException("the model is STOPPED; it must be RUNNING.")
        self._bucket, allowed = throughput.take(self._bucket, time.time())
        if not allowed:
            raise ProvisionedThroughputExceededException("Provisioned rate exceeded.")


def _response(reply: dict[str, object], status: int) -> web.Response:
    return web.Response(
        body=json.dumps(reply).encode(), status=status, content_type="application/x-amz-json-1.1"
    )


@asynccontextmanager
async def serving(model: HiddenModel) -> AsyncIterator[str]:
    """Serve the model on a free port of the loopback; yields its address."""
    app = web.Application()
    app.add_routes([web.post("/", model.answer)])
    async with listening(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"
