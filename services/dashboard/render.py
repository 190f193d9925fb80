"""Templates to HTML: one environment, and what every page is given."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.dashboard.checks import SESSION
from services.dashboard.live import words
from services.dashboard.site import SITE
from shared.wording import count

PAGES = {"pipeline": "/", "videos": "/videos", "brands": "/brands", "model": "/model", "review": "/review"}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("services.dashboard"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(many=count, ago=words.ago, running_time=words.length, dollars=_dollars)
    return made


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}"


_templates = _environment()


def part(name: str, **facts: Any) -> str:
    """A part of a page, from `templates/parts`."""
    return _templates.get_template(f"parts/{name}.html").render(**facts)


def page(request: web.Request, template: str, status: int = 200, **facts: Any) -> web.Response:
    """A whole page, from `templates`."""
    site = request.app[SITE]
    html = _templates.get_template(f"{template}.html").render(
        here=template,
        pages=PAGES,
        csrf=site.sessions.csrf(request[SESSION]),
        read_only=site.settings.dashboard_read_only,
        signed_in=request[SESSION].signed_in,
        **facts,
    )
    return web.Response(text=html, content_type="text/html", status=status)
