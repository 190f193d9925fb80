"""The HTTP side: JSON 1.1 requests to operations, replies and errors back, and the admin pages."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from services.rekognition_local import admin
from services.rekognition_local.account import Account
from services.rekognition_local.admin import ClockChange
from services.rekognition_local.errors import (
    ApiError,
    ImageTooLargeException,
    InternalServerError,
    SerializationException,
    UnknownOperationException,
)
from services.rekognition_local.faults import Dropped, Faults
from services.rekognition_local.operations import OPERATIONS, Reply
from shared.runtime.listening import listening

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/x-amz-json-1.1"
_TARGET = "RekognitionService."
# Above the 5 MB an image may have (7 MB in base64), so that a larger one is told so and not cut off.
_MOST_BODY_BYTES = 32 * 1024 * 1024

ACCOUNT = web.AppKey("account", Account)
Wanted = TypeVar("Wanted", bound=BaseModel)


def application(account: Account) -> web.Application:
    """The API at `POST /`, and billing, faults and the clock below `/_admin/` beside it."""
    app = web.Application(client_max_size=_MOST_BODY_BYTES)
    app[ACCOUNT] = account
    app.add_routes(
        [
            web.post("/", _api),
            web.get("/_admin/billing", _billing),
            web.post("/_admin/faults", _faults),
            web.get("/_admin/clock", _clock),
            web.post("/_admin/clock", _set_clock),
        ]
    )
    return app


@asynccontextmanager
async def serving(account: Account, host: str, port: int, grace: float) -> AsyncIterator[int]:
    """Serve the API; yields the port in use. At the end, calls in hand have `grace` seconds."""
    async with listening(application(account), host, port, "LOGOSTREAM_REKOGNITION_PORT", grace) as taken:
        yield taken


async def _api(request: web.Request) -> web.Response:
    try:
        reply = await _answer(request)
    except ApiError as error:
        return _error(error)
    except Dropped:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()  # to nobody
    except web.HTTPRequestEntityTooLarge:  # nothing but an image is that large
        return _error(ImageTooLargeException(f"The request has more than {_MOST_BODY_BYTES} bytes."))
    except Exception:
        log.exception("operation broke", extra={"target": request.headers.get("X-Amz-Target")})
        return _error(InternalServerError("The stand-in made a mistake; its log says which."))
    return _response(reply, 200)


async def _answer(request: web.Request) -> Reply:
    target = request.headers.get("X-Amz-Target", "")
    operation = OPERATIONS.get(target.removeprefix(_TARGET)) if target.startswith(_TARGET) else None
    if operation is None:
        raise UnknownOperationException(f"The stand-in has no operation {target!r}.")
    return await operation(request.app[ACCOUNT], _body(await request.read()))


def _body(data: bytes) -> Reply:
    try:
        body = json.loads(data or b"{}")
    except ValueError as error:
        raise SerializationException(f"The request body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise SerializationException("The request body is not a JSON object.")
    return body


def _error(error: ApiError) -> web.Response:
    return _response({"__type": error.code, "message": str(error)}, error.status)


def _response(reply: Reply, status: int) -> web.Response:
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
    return web.Response(body=json.dumps(reply).encode(), status=status, headers=headers)


async def _billing(request: web.Request) -> web.Response:
    return web.json_response(admin.billing(request.app[ACCOUNT]))


async def _clock(request: web.Request) -> web.Response:
    return web.json_response(admin.time(request.app[ACCOUNT]))


async def _set_clock(request: web.Request) -> web.Response:
    return await _changed(request, ClockChange, admin.change_clock)


async def _faults(request: web.Request) -> web.Response:
    return await _changed(request, Faults, admin.set_faults)


async def _changed(
    request: web.Request, kind: type[Wanted], change: Callable[[Account, Wanted], dict[str, Any]]
) -> web.Response:
    """Carry out what an admin page was sent; every mistake in it is told."""
    try:
        wanted = kind.model_validate_json(await request.read())
    except ValidationError as error:
        mistakes = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return web.json_response({"mistakes": mistakes}, status=400)
    return web.json_response(change(request.app[ACCOUNT], wanted))
