"""The checks that every request passes: the host it names, who sent it, and whether our own page did."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from services.dashboard.guard.sessions import COOKIE, CSRF_HEADER, Session, same
from services.dashboard.settings import is_loopback
from services.dashboard.site import SITE, Site

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SESSION = web.RequestKey("session", Session)
USER = web.RequestKey("user", str)  # not of the open pages
CLAIMS = "x-amzn-oidc-data"  # in which an Application Load Balancer tells of the user
SAFE = frozenset({"GET", "HEAD"})
OPEN = ("/sign-in", "/static/")  # what anybody may fetch


class Refused(web.HTTPForbidden):
    """A request that may not be done; the text is one sentence."""


class SignInNeeded(web.HTTPUnauthorized):
    """Nobody is signed in, or no longer."""


@web.middleware
async def host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page that anybody on this machine may use answers to the machine's own names only.

    Else a foreign page whose name is made to point here could use it (DNS rebinding).
    """
    if not request.app[SITE].signs_in and not is_loopback(_host_name(request.host)):
        raise Refused(text=f"{request.host} is not the address of this page: use 127.0.0.1.")
    return await handler(request)


@web.middleware
async def session(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find the browser's session, or begin one; without a sign-in only the open pages are shown."""
    site = request.app[SITE]
    found = site.sessions.read(request.cookies.get(COOKIE, ""), time.time())
    request[SESSION] = found or site.sessions.new(time.time(), signed_in=False)
    if not request.path.startswith(OPEN):
        request[USER] = await _who(site, request)
    response = await handler(request)
    if found is None and not response.prepared and COOKIE not in response.cookies:
        remember(site, request, response, request[SESSION])
    return response


@web.middleware
async def own_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something must come from a page of ours."""
    if request.method in SAFE:
        return await handler(request)
    if _comes_from_elsewhere(request) or not await _has_token(request):
        raise Refused(text="This page is out of date: load it again.")
    if request.app[SITE].settings.dashboard_read_only and not request.path.startswith(OPEN):
        raise Refused(
            text="This dashboard shows everything and changes nothing (LOGOSTREAM_DASHBOARD_READ_ONLY)."
        )
    return await handler(request)


def remember(site: Site, request: web.Request, response: web.StreamResponse, kept: Session) -> None:
    """Give the browser its session."""
    response.set_cookie(
        COOKIE,
        site.sessions.cookie(kept),
        max_age=int(site.sessions.seconds),
        httponly=True,
        samesite="Strict",
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )


async def _who(site: Site, request: web.Request) -> str:
    """Who asks: the name that a proxy gives, else the session's; raises `SignInNeeded`."""
    if named := await _named_by_proxy(site, request):
        return named
    has_token = site.settings.dashboard_token is not None
    if site.signs_in and not (has_token and request[SESSION].signed_in):
        raise SignInNeeded(text="Your sign-in has expired: sign in again.")
    return request[SESSION].nonce


async def _named_by_proxy(site: Site, request: web.Request) -> str | None:
    if site.balancer:
        claims = request.headers.get(CLAIMS)
        return await site.balancer.user(claims, time.time()) if claims else None
    header = site.settings.dashboard_user_header
    return request.headers.get(header) if header else None


def _comes_from_elsewhere(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


async def _has_token(request: web.Request) -> bool:
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.content_type == "application/x-www-form-urlencoded":
        given = str((await request.post()).get("csrf", ""))
    return same(given or "", request.app[SITE].sessions.csrf(request[SESSION]))


def _host_name(address: str) -> str:
    return urlsplit(f"//{address}").hostname or ""
