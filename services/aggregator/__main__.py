"""The aggregator: results in, books and brand exposure out. This file only wires its parts together."""

from __future__ import annotations

from services.aggregator.finishing import Finisher
from services.aggregator.handler import ResultHandler
from services.aggregator.settings import AggregatorSettings
from services.aggregator.stills import FrameReader
from shared.aws.clients import clients
from shared.aws.dynamodb.brands import DynamoBrands
from shared.aws.dynamodb.counting import DynamoCounting
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.eventing import announcer
from shared.aws.s3 import S3Objects
from shared.aws.sqs import open_queue
from shared.messaging.consumer import Consumer, options_for
from shared.runtime.service import Life, run


async def main(settings: AggregatorSettings, life: Life) -> None:
    """Enter results until told to stop."""
    ledger, detections = settings.table_name("ledger"), settings.table_name("detections")
    async with clients() as aws:
        objects, books = S3Objects(aws.s3), DynamoCounting(aws.dynamodb, ledger, detections)
        frames = FrameReader(objects, settings.frames_bucket)
        finisher = Finisher(books, objects, frames, settings.results_bucket)
        handler = ResultHandler(
            DynamoVideos(aws.dynamodb, ledger),
            books,
            DynamoBrands(aws.dynamodb, ledger),
            finisher,
            announcer(aws, settings),
            settings.results_bucket,
            await open_queue(aws.sqs, settings.queue_name("chunks")),
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
