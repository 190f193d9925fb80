"""Finds the queues, tables and buckets that `provision` made, by their tag, and removes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.clients import Clients
from shared.aws.installation.tagged import TAG
from shared.config.settings import Settings

_NO_TAGS = {"NoSuchTagSet", "NoSuchTagSetError", "NoSuchBucket", "AccessDenied"}


class TeardownFailed(Exception):
    """AWS refused or did not answer; what was removed so far is gone."""


class Kind(StrEnum):
    """What an installation is made of, beside the model."""

    QUEUE = "queue"
    TABLE = "table"
    BUCKET = "bucket"


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource, by what AWS wants to know to remove it, and whether this installation made it."""

    kind: Kind
    name: str
    handle: str
    ours: bool


async def find(clients: Clients, settings: Settings) -> list[Thing]:
    """Queues and tables of the installation's prefix, and all buckets with its tag; raises `TeardownFailed`.

    Those of the prefix that have no tag of ours were made by somebody else.
    """
    with _translated():
        found = [thing async for thing in _queues(clients, settings.prefix)]
        found += [thing async for thing in _tables(clients, settings.prefix)]
        return found + [thing async for thing in _buckets(clients, settings.prefix)]


async def remove(clients: Clients, thing: Thing) -> None:
    """Remove one resource, a bucket with all that is in it; raises `TeardownFailed`."""
    with _translated():
        if thing.kind is Kind.QUEUE:
            await clients.sqs.delete_queue(QueueUrl=thing.handle)
        elif thing.kind is Kind.TABLE:
            await clients.dynamodb.delete_table(TableName=thing.handle)
        else:
            await _empty(clients, thing.handle)
            await clients.s3.delete_bucket(Bucket=thing.handle)


async def _queues(clients: Clients, prefix: str) -> AsyncIterator[Thing]:
    pages = clients.sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{prefix}-")
    async for page in pages:
        for url in page.get("QueueUrls", []):
            tags = (await clients.sqs.list_queue_tags(QueueUrl=url)).get("Tags", {})
            yield Thing(Kind.QUEUE, url.rpartition("/")[2], url, tags.get(TAG) == prefix)


async def _tables(clients: Clients, prefix: str) -> AsyncIterator[Thing]:
    async for page in clients.dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(f"{prefix}-"):
                arn = (await clients.dynamodb.describe_table(TableName=name))["Table"]["TableArn"]
                tags = (await clients.dynamodb.list_tags_of_resource(ResourceArn=arn)).get("Tags", [])
                yield Thing(Kind.TABLE, name, name, {"Key": TAG, "Value": prefix} in tags)


async def _buckets(clients: Clients, prefix: str) -> AsyncIterator[Thing]:
    for bucket in (await clients.s3.list_buckets())["Buckets"]:
        if {"Key": TAG, "Value": prefix} in await _bucket_tags(clients, bucket["Name"]):
            yield Thing(Kind.BUCKET, bucket["Name"], bucket["Name"], True)


async def _bucket_tags(clients: Clients, name: str) -> list[Any]:
    try:
        return list((await clients.s3.get_bucket_tagging(Bucket=name))["TagSet"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _NO_TAGS:
            return []
        raise


async def _empty(clients: Clients, bucket: str) -> None:
    """Delete all objects and all their versions, a page of a thousand at a time."""
    async for page in clients.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        entries: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        doomed: list[Any] = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
        if doomed:
            reply = await clients.s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
            if errors := reply.get("Errors"):
                raise TeardownFailed(f"{errors[0].get('Key')} in {bucket} could not be deleted")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise TeardownFailed(f"the installation could not be removed: {error}") from error
