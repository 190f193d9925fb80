"""The dashboard as a web application: its checks, its pages, and how failures are told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from services.dashboard import checks, render
from services.dashboard.guard.alb_keys import KeysUnreachable
from services.dashboard.headers import add_headers
from services.dashboard.pages import (
    brands,
    downloads,
    media,
    model,
    pipeline,
    review,
    signin,
    uploads,
    video,
    videos,
)
from services.dashboard.pages.events import STREAMS, end_streams
from services.dashboard.site import SITE, Site
from shared.messaging.queue import QueueError
from shared.models.rekognition import RekognitionError
from shared.runtime.listening import listening
from shared.storage.objects import ObjectError, ObjectMissing
from shared.videos.ledger import LedgerError
from shared.videos.submission import NotSubmitted

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
MOST_BODY_BYTES = 1 << 20  # videos go to S3, not here
UNAVAILABLE = (LedgerError, QueueError, ObjectError, RekognitionError, KeysUnreachable)
BEGUN = web.RequestKey("begun", web.StreamResponse)  # the response, from its first byte on
PAGES = (pipeline, videos, uploads, video, media, downloads, brands, model, review, signin)


def application(site: Site) -> web.Application:
    """All pages of the site."""
    app = web.Application(
        middlewares=[tell_failures, break_off, checks.host, checks.session, checks.own_page],
        client_max_size=MOST_BODY_BYTES,
    )
    app[SITE] = site
    app[STREAMS] = set()
    app.on_response_prepare.extend((add_headers, _begins))
    app.on_shutdown.append(end_streams)
    for page in PAGES:
        app.add_routes(page.routes)
    app.router.add_static("/static/", STATIC)
    return app


@asynccontextmanager
async def serving(site: Site, grace: float) -> AsyncIterator[int]:
    """Serve the site; yields the port in use. At the end, requests in hand have `grace` seconds."""
    host, port = site.settings.dashboard_host, site.settings.dashboard_port
    async with listening(application(site), host, port, "LOGOSTREAM_DASHBOARD_PORT", grace) as taken:
        yield taken


@web.middleware
async def tell_failures(request: web.Request, handler: checks.Handler) -> web.StreamResponse:
    """Whatever goes wrong reaches the user as one sentence, as a page or as JSON."""
    try:
        return await handler(request)
    except checks.SignInNeeded as error:
        if _wants_page(request):
            raise web.HTTPSeeOther("/sign-in") from None
        return _told(request, 401, error.text or "")
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        return _told(request, error.status, error.text or error.reason)
    except (ObjectMissing, NotSubmitted) as error:
        return _told(request, 404, f"{error}.")
    except UNAVAILABLE as error:
        log.warning("request failed", extra={"path": request.path, "error": str(error)})
        return _told(request, 503, f"{error}.")
    except Exception:
        log.exception("request broke", extra={"path": request.path})
        return _told(request, 500, "The dashboard made a mistake; its log says which.")


@web.middleware
async def break_off(request: web.Request, handler: checks.Handler) -> web.StreamResponse:
    """What fails amid its response is cut short: another response would be taken for the rest of it."""
    try:
        return await handler(request)
    except Exception as error:
        if BEGUN not in request:
            raise
        foreseen = isinstance(error, (*UNAVAILABLE, web.HTTPException))
        facts = {"path": request.path, "error": repr(error)}
        log.warning("response broken off", extra=facts, exc_info=not foreseen)
        request[BEGUN].force_close()
        return request[BEGUN]


async def _begins(request: web.Request, response: web.StreamResponse) -> None:
    request[BEGUN] = response


def _wants_page(request: web.Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _told(request: web.Request, status: int, sentence: str) -> web.Response:
    if _wants_page(request) and checks.SESSION in request:
        return render.page(request, "failure", status=status, sentence=sentence)
    return web.json_response({"error": sentence}, status=status)
