"""Makes the queues, buckets and tables of one installation, and finds those that are already there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.clients import Clients
from shared.aws.installation.buckets import announce_uploads, let_browsers_upload, make_bucket
from shared.aws.installation.queues import make_queue, queue_kinds
from shared.aws.installation.tables import make_tables
from shared.config.settings import DetectingSettings, Settings


class NotProvisioned(Exception):
    """AWS refused or did not answer; what was made so far stays."""


async def provision(clients: Clients, settings: DetectingSettings, videos_bucket: str) -> None:
    """Create whatever is missing; safe to repeat. Raises `NotProvisioned`."""
    with _translated("the installation"):
        arns: dict[str, str] = {}
        for kind in queue_kinds(settings.detector_names):
            arns |= await make_queue(clients, settings, kind)
        for bucket in (videos_bucket, settings.frames_bucket, settings.results_bucket):
            await make_bucket(clients, settings, bucket)
        await announce_uploads(clients, videos_bucket, arns[settings.queue_name("videos")])
        await let_browsers_upload(clients, videos_bucket)
        await make_tables(clients, settings)


async def ensure_bucket(clients: Clients, settings: Settings, name: str) -> None:
    """Create one bucket if it is missing; raises `NotProvisioned`."""
    with _translated(f"bucket {name}"):
        await make_bucket(clients, settings, name)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise NotProvisioned(f"{what} could not be made: {error}") from error
