"""The HTTP side: JSON 1.1 requests to operations, replies and errors back, and the admin pages."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from services.rekognition_local import admin, detection, projects, requests, versions
from services.rekognition_local.account import Account
from services.rekognition_local.errors import (
    ApiError,
    ImageTooLargeException,
    InternalServerError,
    SerializationException,
    UnknownOperationException,
)
from services.rekognition_local.faults import Faults
from services.rekognition_local.requests import AnyRequest

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/x-amz-json-1.1"
_TARGET = "RekognitionService."
# Above the 4 MB an image may have (6 MB in base64), so that a larger one is told so and not cut off.
_MOST_BODY_BYTES = 32 * 1024 * 1024

Reply = dict[str, Any]
Operation = Callable[[Account, Reply], Awaitable[Reply]]


def _operation(kind: type[AnyRequest], act: Callable[[Account, AnyRequest], Awaitable[Reply]]) -> Operation:
    async def run(account: Account, body: Reply) -> Reply:
        return await act(account, requests.parse(kind, body))

    return run


OPERATIONS: dict[str, Operation] = {
    "CreateProject": _operation(requests.CreateProject, projects.create),
    "DescribeProjects": _operation(requests.DescribeProjects, projects.describe),
    "DeleteProject": _operation(requests.DeleteProject, projects.delete),
    "CreateProjectVersion": _operation(requests.CreateProjectVersion, versions.create),
    "DescribeProjectVersions": _operation(requests.DescribeProjectVersions, versions.describe),
    "StartProjectVersion": _operation(requests.StartProjectVersion, versions.start),
    "StopProjectVersion": _operation(requests.StopProjectVersion, versions.stop),
    "DeleteProjectVersion": _operation(requests.DeleteProjectVersion, versions.delete),
    "DetectCustomLabels": _operation(requests.DetectCustomLabels, detection.detect),
}

ACCOUNT = web.AppKey("account", Account)


def application(account: Account) -> web.Application:
    """The API at `POST /`, and `/_admin/billing` and `/_admin/faults` beside it."""
    app = web.Application(client_max_size=_MOST_BODY_BYTES)
    app[ACCOUNT] = account
    app.add_routes(
        [
            web.post("/", _api),
            web.get("/_admin/billing", _billing),
            web.post("/_admin/faults", _faults),
        ]
    )
    return app


@asynccontextmanager
async def serving(account: Account, host: str, port: int, grace: float) -> AsyncIterator[int]:
    """Serve the API; yields the port in use. At the end, calls in hand have `grace` seconds."""
    runner = web.AppRunner(application(account), access_log=None, shutdown_timeout=grace)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _api(request: web.Request) -> web.Response:
    try:
        reply = await _answer(request)
    except ApiError as error:
        return _error(error)
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


async def _faults(request: web.Request) -> web.Response:
    try:
        faults = Faults.model_validate_json(await request.read())
    except ValidationError as error:
        mistakes = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return web.json_response({"mistakes": mistakes}, status=400)
    admin.set_faults(request.app[ACCOUNT], faults)
    return web.json_response(faults.model_dump())
