"""The aggregator: results in, books and brand exposure out. This file only wires its parts together."""

from __future__ import annotations

from services.aggregator.handler import ResultHandler
from services.aggregator.settings import AggregatorSettings
from shared.aws import clients
from shared.consumer import Consumer, options_for
from shared.dynamodb_counting import DynamoCounting
from shared.dynamodb_videos import DynamoVideos
from shared.objects import S3Objects
from shared.service import Life, run
from shared.sqs import open_queue


async def main(settings: AggregatorSettings, life: Life) -> None:
    """Enter results until told to stop."""
    ledger, detections = settings.table_name("ledger"), settings.table_name("detections")
    async with clients() as aws:
        handler = ResultHandler(
            videos=DynamoVideos(aws.dynamodb, ledger),
            books=DynamoCounting(aws.dynamodb, ledger, detections),
            objects=S3Objects(aws.s3),
            results_bucket=settings.results_bucket,
        )
        consumer = Consumer(
            await open_queue(aws.sqs, settings.queue_name("results")),
            handler,
            options_for(settings, settings.aggregate_concurrency),
            dead=await open_queue(aws.sqs, settings.queue_name("results-dead")),
        )
        await life.run(consumer)


if __name__ == "__main__":
    run("aggregator", AggregatorSettings, main)
