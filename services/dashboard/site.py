"""What all pages share: the ports of the installation, and what the settings allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from services.dashboard.brands.catalogue import Catalogue
from services.dashboard.film.library import Library
from services.dashboard.film.thumbnails import Thumbnails
from services.dashboard.guard.rate_limit import RateLimit
from services.dashboard.guard.sessions import Sessions
from services.dashboard.models import Model
from services.dashboard.review.desk import ReviewDesk
from services.dashboard.settings import DashboardSettings
from shared.messaging.queue import Queue
from shared.storage.objects import ObjectStore
from shared.storage.uploads import Uploads
from shared.videos.ledger import Counting, Videos
from shared.videos.submission import Submitter

if TYPE_CHECKING:
    from services.dashboard.guard.alb import LoadBalancer
    from services.dashboard.live.observer import Observer


@dataclass(frozen=True, slots=True)
class Site:
    """The dashboard of one installation."""

    settings: DashboardSettings
    videos: Videos
    books: Counting
    objects: ObjectStore
    queues: Mapping[str, Queue]  # by kind, dead letters included
    submitter: Submitter
    forms: Uploads
    library: Library
    catalogue: Catalogue
    review: ReviewDesk
    models: tuple[Model, ...]
    thumbnails: Thumbnails
    observer: Observer
    sessions: Sessions
    balancer: LoadBalancer | None  # None where none signs users in
    sign_ins: RateLimit
    uploads: RateLimit

    @property
    def signs_in(self) -> bool:
        """Whether users have to say who they are."""
        settings = self.settings
        return bool(settings.dashboard_token or settings.dashboard_user_header or settings.dashboard_alb_arn)


SITE = web.AppKey("site", Site)
