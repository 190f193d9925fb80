"""The headers that confine our pages: no foreign script, frame, request or cache."""

from __future__ import annotations

from aiohttp import web

from services.dashboard.site import SITE

_SAME_FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# A report is a page of its own with its scripts inside: it may run them, but in nobody's name.
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; frame-ancestors 'none'"
)


def policy(upload_origin: str) -> str:
    """The content security policy of our pages; uploads go straight to S3."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self'; connect-src 'self' {upload_origin}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal handler: it runs before any response begins, streams included."""
    for name, value in _SAME_FOR_ALL.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", policy(request.app[SITE].forms.origin))
    response.headers.setdefault("Cache-Control", "no-store")
