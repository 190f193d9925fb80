"""Signing in with the token, and out again."""

from __future__ import annotations

import time

from aiohttp import web

from services.dashboard import render
from services.dashboard.checks import SESSION, Refused, remember
from services.dashboard.guard.sessions import COOKIE, same
from services.dashboard.site import SITE

routes = web.RouteTableDef()


@routes.get("/sign-in")
async def show(request: web.Request) -> web.StreamResponse:
    """The form."""
    return _form(request)


@routes.post("/sign-in")
async def sign_in(request: web.Request) -> web.StreamResponse:
    """A session for whoever knows the token; a few tries a minute for whoever does not."""
    site = request.app[SITE]
    token = site.settings.dashboard_token
    if not site.sign_ins.take(request.remote or "", time.monotonic()):
        raise Refused(text="Too many tries: wait a minute.")
    if token is None or not same(str((await request.post()).get("token", "")), token.get_secret_value()):
        return _form(request, status=401)
    response = _to("/")
    # A new session, so that one that somebody slipped in before is worth nothing.
    remember(site, request, response, site.sessions.new(time.time(), signed_in=True))
    return response


@routes.post("/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """Forget the session."""
    response = _to("/sign-in")
    response.del_cookie(COOKIE)
    return response


@routes.get("/session")
async def alive(request: web.Request) -> web.Response:
    """204 while the sign-in is good; the checks answer 401 when it is not."""
    assert request[SESSION]
    return web.Response(status=204)


def _form(request: web.Request, status: int = 200) -> web.Response:
    token = request.app[SITE].settings.dashboard_token is not None
    return render.page(request, "sign_in", status=status, wrong=status != 200, token=token)


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
