"""Uploads: a browser is given a form for one object in S3, and sends the video there, not through us."""

from __future__ import annotations

import hashlib
import time

from aiohttp import web
from pydantic import Field

from services.dashboard.checks import USER
from services.dashboard.pages.bodies import Body, FileName, read
from services.dashboard.site import SITE
from shared.storage.objects import Address, ObjectMissing, ObjectStore

routes = web.RouteTableDef()

FORM_SECONDS = 6 * 3600  # a large video over a slow line
GIB = 1 << 30


class Upload(Body):
    """A file that a browser wants to upload; `modified` is in milliseconds since the epoch."""

    name: FileName
    size: int = Field(ge=1)  # bytes
    modified: int


@routes.post("/uploads")
async def begin(request: web.Request) -> web.Response:
    """A form for the file, or the news that it is there already."""
    site = request.app[SITE]
    upload = await read(request, Upload)
    most = int(site.settings.dashboard_upload_gb * GIB)
    if upload.size > most:
        raise web.HTTPRequestEntityTooLarge(
            most,
            upload.size,
            text=f"{upload.name} has more than {most / GIB:g} GiB: copy it to S3 and hand in its address.",
        )
    if not site.uploads.take(request[USER], time.monotonic()):
        raise web.HTTPTooManyRequests(text="Too many uploads at once: wait a minute.")
    address = place(site.settings.videos_bucket, upload)
    if await _is_there(site.objects, address, upload.size):
        return web.json_response({"address": str(address)})
    form = await site.forms.form(address, most, FORM_SECONDS)
    return web.json_response({"address": str(address), "url": form.url, "fields": dict(form.fields)})


def place(bucket: str, upload: Upload) -> Address:
    """Where a file goes: the same file again is the same object, another one never replaces it."""
    facts = f"{upload.name}\0{upload.size}\0{upload.modified}"
    return Address(bucket, f"uploads/{hashlib.sha256(facts.encode()).hexdigest()[:16]}/{upload.name}")


async def _is_there(objects: ObjectStore, address: Address, size: int) -> bool:
    try:
        return (await objects.stat(address)).size == size
    except ObjectMissing:
        return False
