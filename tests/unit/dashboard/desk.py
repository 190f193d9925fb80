"""A dashboard on fakes, and a browser's worth of HTTP to look at it with."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from services.dashboard.app import serving
from services.dashboard.brands.catalogue import Catalogue
from services.dashboard.film.library import Library
from services.dashboard.film.thumbnails import Thumbnails
from services.dashboard.guard.rate_limit import RateLimit
from services.dashboard.guard.sessions import CSRF_HEADER, Sessions
from services.dashboard.live.observer import Observer
from services.dashboard.live.replicas import Replicas
from services.dashboard.live.versions import Lister
from services.dashboard.models import Model
from services.dashboard.review.desk import ReviewDesk
from services.dashboard.settings import DashboardSettings
from services.dashboard.site import Site
from services.dashboard.switch import HandSwitch
from shared.aws.installation.queues import with_dead_letters
from shared.config.detectors import CustomLabelsSpec
from shared.config.settings import load
from shared.videos.submission import Submitter
from tests.fakes import (
    FakeControl,
    FakeLedger,
    FakeModels,
    FakeObjects,
    FakePools,
    FakeQueue,
    FakeUploads,
)

if TYPE_CHECKING:
    from services.dashboard.guard.alb import LoadBalancer


def spec(detector: str, project: str = "cups") -> CustomLabelsSpec:
    """A detector with a model of its project."""
    arn = f"arn:aws:rekognition:us-east-1:123456789012:project/{project}/version/v1/1"
    return CustomLabelsSpec(name=detector, model_arn=arn)


SPECS = [spec("logos")]
MODEL = SPECS[0].key
TOKEN = "correct horse battery"
BUCKETS = ("logostream-videos", "logostream-frames", "logostream-results")


@dataclass
class Desk:
    """All that lies behind the dashboard."""

    ledger: FakeLedger = field(default_factory=FakeLedger)
    control: FakeControl = field(default_factory=FakeControl)
    pools: FakePools = field(default_factory=FakePools)
    objects: FakeObjects = field(default_factory=lambda: FakeObjects(*BUCKETS))
    queues: dict[str, FakeQueue] = field(default_factory=dict)
    models: FakeModels = field(default_factory=FakeModels)
    others: dict[str, FakeModels] = field(default_factory=dict)  # by detector and project
    balancer: LoadBalancer | None = None
    uploads: FakeUploads = field(init=False)

    def __post_init__(self) -> None:
        kinds = with_dead_letters(["logos"])
        self.queues = {kind: FakeQueue(kind, wait=0.0) for kind in kinds}
        self.uploads = FakeUploads(self.objects)

    def observer(self, http: aiohttp.ClientSession) -> Observer:
        specs = [*SPECS, *[spec(name, name) for name in self.others]]
        return Observer(self.ledger, self.control, self.pools, specs, self.queues, Replicas(http, {}))

    def site(self, http: aiohttp.ClientSession, settings: DashboardSettings) -> Site:
        library = Library(self.ledger, self.objects, settings.results_bucket)
        return Site(
            settings=settings,
            videos=self.ledger,
            books=self.ledger,
            objects=self.objects,
            queues=self.queues,
            submitter=Submitter(self.objects, self.queues["videos"], settings.videos_bucket, settings.order),
            forms=self.uploads,
            library=library,
            catalogue=Catalogue(self.ledger, library),
            review=ReviewDesk(
                self.ledger, library, self.objects, settings.frames_bucket, settings.results_bucket
            ),
            models=(
                self._model(SPECS[0], self.models),
                *[self._model(spec(name, name), models) for name, models in self.others.items()],
            ),
            thumbnails=Thumbnails(),
            observer=self.observer(http),
            sessions=Sessions(b"key", settings.dashboard_session_hours * 3600),
            balancer=self.balancer,
            sign_ins=RateLimit(5),
            uploads=RateLimit(settings.dashboard_uploads_per_minute),
        )

    def _model(self, spec: CustomLabelsSpec, models: FakeModels) -> Model:
        return Model(spec.key, spec.name, HandSwitch(models, self.control, spec.key), Lister(models))

    @asynccontextmanager
    async def browser(self, **settings: Any) -> AsyncIterator[Browser]:
        """The dashboard on a free port, and somebody who looks at it."""
        made = load(DashboardSettings, dashboard_port=0, **settings)
        async with (
            aiohttp.ClientSession() as http,
            serving(self.site(http, made), grace=1.0) as port,
            aiohttp.ClientSession(
                f"http://127.0.0.1:{port}", cookie_jar=aiohttp.CookieJar(unsafe=True)
            ) as session,
        ):
            yield Browser(session)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Browser:
    """Keeps cookies, follows no redirect by itself, and knows the token of the last page it loaded."""

    session: aiohttp.ClientSession
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._ask("GET", path, {"Accept": "text/html", **headers})

    async def load(self, path: str = "/") -> Answer:
        """Get a page and keep its token, as its scripts do."""
        answer = await self.get(path)
        found = re.search(r'name="csrf" content="(\w+)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer

    async def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return await self._ask("POST", path, {CSRF_HEADER: self.csrf, **headers}, json=body)

    async def sign_in(self, token: str) -> Answer:
        await self.load("/sign-in")
        form = {"csrf": self.csrf, "token": token}
        answer = await self._ask("POST", "/sign-in", {}, data=form)
        await self.load("/")
        return answer

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], **body: Any) -> Answer:
        async with self.session.request(
            method, path, headers=headers, allow_redirects=False, **body
        ) as reply:
            return Answer(reply.status, dict(reply.headers), await reply.text())
