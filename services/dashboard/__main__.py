"""The dashboard: a page that shows the pipeline at work. This file only wires its parts together."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import aiohttp

from services.dashboard.app import serving
from services.dashboard.brands.catalogue import Catalogue
from services.dashboard.film.library import Library
from services.dashboard.film.thumbnails import Thumbnails
from services.dashboard.guard.alb_keys import AlbKeys, address_of_keys
from services.dashboard.guard.rate_limit import RateLimit
from services.dashboard.guard.sessions import Sessions
from services.dashboard.live.observer import Observer
from services.dashboard.live.replicas import Replicas
from services.dashboard.live.versions import Lister
from services.dashboard.models import Model
from services.dashboard.review.desk import ReviewDesk
from services.dashboard.settings import DashboardSettings
from services.dashboard.site import Site
from services.dashboard.switch import HandSwitch
from shared.aws.clients import Clients, clients
from shared.aws.dynamodb.control import DynamoControl
from shared.aws.dynamodb.counting import DynamoCounting
from shared.aws.dynamodb.pool import DynamoPools
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.installation.queues import open_kind, with_dead_letters
from shared.aws.rekognition.models import ProjectVersion
from shared.aws.rekognition.versions import ProjectVersions
from shared.aws.s3 import S3Objects, S3Uploads
from shared.config.detectors import ModelSpec
from shared.messaging.queue import Queue
from shared.runtime.service import Life, run
from shared.videos.submission import Submitter

if TYPE_CHECKING:
    from services.dashboard.guard.alb import LoadBalancer

log = logging.getLogger(__name__)

SIGN_INS_PER_MINUTE = 5


async def main(settings: DashboardSettings, life: Life) -> None:
    """Serve the page until told to stop."""
    async with clients() as aws, aiohttp.ClientSession() as http:
        site = await _site(settings, aws, http)
        async with serving(site, settings.drain_seconds) as port:
            log.info("listening", extra={"address": f"http://{settings.dashboard_host}:{port}"})
            life.tell(None)
            await life.stopping.wait()
            life.tell("draining")


async def _site(settings: DashboardSettings, aws: Clients, http: aiohttp.ClientSession) -> Site:
    videos = DynamoVideos(aws.dynamodb, settings.table_name("ledger"))
    objects = S3Objects(aws.s3)
    books = DynamoCounting(aws.dynamodb, settings.table_name("ledger"), settings.table_name("detections"))
    opened = await _queues(settings, aws)
    library = Library(books, objects, settings.results_bucket)
    pages = {name: [str(page) for page in pages] for name, pages in settings.dashboard_services.items()}
    s3_url = settings.dashboard_s3_url
    control = settings.table_name("control")
    board = DynamoControl(aws.dynamodb, control)
    return Site(
        settings=settings,
        videos=videos,
        books=books,
        objects=objects,
        queues=opened,
        submitter=Submitter(objects, opened["videos"], settings.videos_bucket, settings.order),
        forms=S3Uploads(aws.s3, str(s3_url) if s3_url else None),
        library=library,
        catalogue=Catalogue(videos, library),
        review=ReviewDesk(videos, library, objects, settings.frames_bucket, settings.results_bucket),
        models=tuple(_models(settings, aws, board)),
        thumbnails=Thumbnails(),
        observer=Observer(
            videos,
            board,
            DynamoPools(aws.dynamodb, control),
            settings.specs(),
            opened,
            Replicas(http, pages),
        ),
        sessions=Sessions(_key(settings), settings.dashboard_session_hours * 3600),
        balancer=_balancer(settings, http),
        sign_ins=RateLimit(SIGN_INS_PER_MINUTE),
        uploads=RateLimit(settings.dashboard_uploads_per_minute),
    )


async def _queues(settings: DashboardSettings, aws: Clients) -> dict[str, Queue]:
    kinds = with_dead_letters(settings.detector_names)
    return {kind: await open_kind(aws.sqs, settings, kind, wait_seconds=1) for kind in kinds}


def _models(settings: DashboardSettings, aws: Clients, board: DynamoControl) -> Iterator[Model]:
    for spec in settings.models().values():
        yield _model(aws, board, spec)


def _model(aws: Clients, board: DynamoControl, spec: ModelSpec) -> Model:
    if spec.model_arn is None or spec.project_arn is None:
        return Model(spec.key, spec.name)
    version = ProjectVersion(aws.models, spec.project_arn, spec.model_arn)
    switch = HandSwitch(version, board, spec.key)
    return Model(spec.key, spec.name, switch, Lister(ProjectVersions(aws.models, spec.project_arn)))


def _balancer(settings: DashboardSettings, http: aiohttp.ClientSession) -> LoadBalancer | None:
    if settings.dashboard_alb_arn is None:
        return None
    # It loads a whole library of cryptography, which only a dashboard behind a load balancer needs.
    from services.dashboard.guard.alb import LoadBalancer

    keys = AlbKeys(http, address_of_keys(settings.dashboard_alb_arn))
    return LoadBalancer(settings.dashboard_alb_arn, keys)


def _key(settings: DashboardSettings) -> bytes:
    """What cookies are signed with: of the token, so that several dashboards know each other's cookies."""
    if settings.dashboard_token:
        return hashlib.sha256(settings.dashboard_token.get_secret_value().encode()).digest()
    return secrets.token_bytes(32)


if __name__ == "__main__":
    run("dashboard", DashboardSettings, main)
