"""The extractor: videos in, sampled frames out. This file only wires its parts together."""

from __future__ import annotations

from services.extractor.fetching.cache import VideoCache
from services.extractor.handler import ChunkHandler
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Limits
from services.extractor.plan import PlanHandler
from services.extractor.publisher import FrameQueues
from services.extractor.settings import ExtractorSettings
from shared.aws.clients import Clients, clients
from shared.aws.dynamodb.counting import DynamoCounting
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.eventing import announcer
from shared.aws.installation.queues import open_kind
from shared.aws.s3 import S3Objects
from shared.aws.sqs import open_queue
from shared.config.detectors import frames_queue
from shared.messaging.consumer import Consumer, options_for
from shared.runtime.service import Life, run
from shared.videos.wanted import Wanted


async def main(settings: ExtractorSettings, life: Life) -> None:
    """Plan videos and extract chunks until told to stop."""
    async with clients() as aws:
        sandbox = Sandbox(Limits())
        cache = VideoCache(S3Objects(aws.s3), settings.work_dir, settings.videos_at_once)
        planner = await _planner(settings, aws, sandbox, cache)
        decoder = await _decoder(settings, aws, sandbox, cache)
        await life.run(planner, decoder)


async def _planner(
    settings: ExtractorSettings, aws: Clients, sandbox: Sandbox, cache: VideoCache
) -> Consumer:
    handler = PlanHandler(
        settings,
        S3Objects(aws.s3),
        cache,
        sandbox,
        videos=DynamoVideos(aws.dynamodb, settings.table_name("ledger")),
        chunks=await open_queue(aws.sqs, settings.queue_name("chunks")),
        announcer=announcer(aws, settings),
    )
    return Consumer(
        await open_queue(aws.sqs, settings.queue_name("videos")),
        handler,
        options_for(settings, settings.extract_concurrency),
        dead=await open_queue(aws.sqs, settings.queue_name("videos-dead")),
        give_up=handler.give_up,
    )


async def _decoder(
    settings: ExtractorSettings, aws: Clients, sandbox: Sandbox, cache: VideoCache
) -> Consumer:
    handler = ChunkHandler(
        S3Objects(aws.s3),
        settings.frames_bucket,
        cache,
        sandbox,
        frames=await _frame_queues(settings, aws),
        results=await open_queue(aws.sqs, settings.queue_name("results")),
        books=DynamoCounting(aws.dynamodb, settings.table_name("ledger"), settings.table_name("detections")),
        wanted=Wanted(DynamoVideos(aws.dynamodb, settings.table_name("ledger"))),
    )
    return Consumer(
        await open_queue(aws.sqs, settings.queue_name("chunks")),
        handler,
        options_for(settings, settings.extract_concurrency),
        dead=await open_queue(aws.sqs, settings.queue_name("chunks-dead")),
        give_up=handler.give_up,
    )


async def _frame_queues(settings: ExtractorSettings, aws: Clients) -> FrameQueues:
    return FrameQueues(
        {name: await open_kind(aws.sqs, settings, frames_queue(name)) for name in settings.detector_names}
    )


if __name__ == "__main__":
    run("extractor", ExtractorSettings, main)
