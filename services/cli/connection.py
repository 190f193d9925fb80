"""What commands talk to: the installation that the environment names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.cli.settings import CliSettings
from shared.aws.clients import Clients, clients
from shared.aws.dynamodb.brands import DynamoBrands
from shared.aws.dynamodb.control import DynamoControl
from shared.aws.dynamodb.pool import DynamoPools
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.installation.queues import open_kind, with_dead_letters
from shared.aws.s3 import S3Objects
from shared.messaging.queue import Depth, Queue


@dataclass(frozen=True, slots=True)
class Connection:
    """The ports of one installation."""

    settings: CliSettings
    aws: Clients

    @property
    def videos(self) -> DynamoVideos:
        return DynamoVideos(self.aws.dynamodb, self.settings.table_name("ledger"))

    @property
    def brands(self) -> DynamoBrands:
        return DynamoBrands(self.aws.dynamodb, self.settings.table_name("ledger"))

    @property
    def board(self) -> DynamoControl:
        return DynamoControl(self.aws.dynamodb, self.settings.table_name("control"))

    @property
    def pools(self) -> DynamoPools:
        return DynamoPools(self.aws.dynamodb, self.settings.table_name("control"))

    @property
    def objects(self) -> S3Objects:
        return S3Objects(self.aws.s3)

    async def queue(self, kind: str) -> Queue:
        """Open a queue by its kind, without waiting long for messages that are not there."""
        return await open_kind(self.aws.sqs, self.settings, kind, wait_seconds=1)

    async def depths(self) -> dict[str, Depth]:
        """The depth of every queue and its dead letters, by kind."""
        kinds = with_dead_letters(self.settings.detector_names)
        return {kind: await (await self.queue(kind)).depth() for kind in kinds}


@asynccontextmanager
async def connect(settings: CliSettings) -> AsyncIterator[Connection]:
    """Open the connection for the time of the block."""
    async with clients() as aws:
        yield Connection(settings, aws)
