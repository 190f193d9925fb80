"""Plans a video: identifies and probes it, enters it in the ledger, and cuts its timeline into chunks."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from fractions import Fraction

from services.extractor.fetching.cache import VideoCache
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Span, VideoProbe
from services.extractor.notices import submissions
from services.extractor.settings import ExtractorSettings
from shared.config.routes import Order
from shared.messaging.endings import Reject
from shared.messaging.messages import BadMessage, ChunkPlanned, Source, VideoSubmitted, video_id
from shared.messaging.queue import Message, Queue
from shared.storage.objects import Address, ObjectDenied, ObjectMissing, ObjectStore
from shared.telemetry import logs, metrics
from shared.videos.announcements import Announcer, ended
from shared.videos.ledger import Chunk, State, Video, Videos
from shared.videos.timecode import instants_before, to_ms

log = logging.getLogger(__name__)

MAX_CHUNK_INSTANTS = 2000  # so that a chunk's report, if every frame is screened, fits an SQS message


def spans(duration: Fraction, interval: Fraction, chunk_seconds: int) -> list[Span]:
    """Cut the sampling instants of a video into runs of about `chunk_seconds`, at least one instant each."""
    instants = instants_before(duration, interval)
    length = max(1, min(int(chunk_seconds / interval), MAX_CHUNK_INSTANTS))
    return [Span(first, min(first + length, instants)) for first in range(0, instants, length)]


class PlanHandler:
    """Handles notices of videos; the same video noticed twice is planned once."""

    def __init__(
        self,
        settings: ExtractorSettings,
        objects: ObjectStore,
        cache: VideoCache,
        sandbox: Sandbox,
        videos: Videos,
        chunks: Queue,
        announcer: Announcer,
    ) -> None:
        self._settings = settings
        self._objects = objects
        self._cache = cache
        self._sandbox = sandbox
        self._videos = videos
        self._chunks = chunks
        self._announcer = announcer

    async def __call__(self, message: Message) -> None:
        try:
            submitted = submissions(message.body)
        except BadMessage as error:
            raise Reject(str(error)) from error
        refused: Reject | None = None
        for submission in submitted:
            try:
                await self._plan(submission)
            except Reject as reject:  # of this video; the others of the notice are not to blame
                refused = reject
        if refused:
            raise refused

    async def give_up(self, message: Message, reason: str) -> None:
        """Enter the message's videos as FAILED, so that whoever sent them learns why."""
        try:
            submitted = submissions(message.body)
        except BadMessage:
            return
        for submission in submitted:
            try:
                source, order = await self._identify(submission)
            except Reject:
                continue  # there is no object, so there is no video to fail
            video = self._failed(source, order, f"planning {reason}")
            known = await self._videos.get(video.video_id)
            if known and known.state is not State.PLANNED:
                continue
            await self._fail(video)
            # Planned, but its chunks may never have been sent: left so, it would keep the model running.
            await self._videos.move(video.video_id, State.FAILED, {State.PLANNED}, video.error)

    async def _plan(self, submission: VideoSubmitted) -> None:
        source, order = await self._identify(submission)
        id_ = video_id(source, order.options)
        with logs.context(video_id=id_):
            known = await self._videos.get(id_)
            if known and known.state is not State.PLANNED:
                log.info("known already", extra={"state": known.state})
                return
            try:
                self._check(order)
                probe = await self._probe(source)
            except BadVideo as error:
                log.warning("video refused", extra={"source": source.address, "reason": str(error)})
                await self._fail(self._failed(source, order, str(error)))
                metrics.videos_finished.labels(State.FAILED).inc()
                return
            await self._publish(source, order, probe)

    async def _identify(self, submission: VideoSubmitted) -> tuple[Source, Order]:
        address = Address(submission.bucket, submission.key)
        try:
            info = await self._objects.stat(address, submission.version_id)
        except (ObjectMissing, ObjectDenied) as error:
            raise Reject(str(error)) from error
        source = Source(
            bucket=address.bucket, key=address.key, version=info.version, versioned=info.versioned
        )
        usual = self._settings.order(address.bucket, address.key)
        return source, Order(
            options=submission.options or usual.options,
            deadline_seconds=submission.deadline_seconds or usual.deadline_seconds,
        )

    def _check(self, order: Order) -> None:
        unknown = set(order.options.detectors) - set(self._settings.detector_names)
        if unknown:
            raise BadVideo(f"no detector is named {min(unknown)}: name one of LOGOSTREAM_DETECTORS")

    async def _probe(self, source: Source) -> VideoProbe:
        return await self._sandbox.probe(await self._cache.find(source))

    async def _publish(self, source: Source, order: Order, probe: VideoProbe) -> None:
        cut = spans(probe.duration, order.options.sampling.step, self._settings.chunk_seconds)
        detectors = order.options.detectors
        rows = [Chunk(n, instants=span.stop - span.first, detectors=detectors) for n, span in enumerate(cut)]
        video = await self._videos.plan(self._planned(source, order, probe, rows), rows)
        bodies = [
            ChunkPlanned(
                video_id=video.video_id,
                chunk=n,
                first=span.first,
                stop=span.stop,
                source=source,
                options=order.options,
                deadline_at=video.deadline_at,
            ).body()
            for n, span in enumerate(cut)
        ]
        # Sent before the state moves on: a crash in between sends them twice, never not at all.
        await self._chunks.send(bodies, group=video.video_id)
        await self._videos.move(video.video_id, State.EXTRACTING, {State.PLANNED})
        metrics.videos_planned.inc()
        log.info("planned", extra={"source": source.address, "chunks": len(cut)})

    async def _fail(self, video: Video) -> None:
        # Told first: a crash in between tells it twice, never not at all.
        bucket = self._settings.results_bucket
        await self._announcer.announce(ended(video, video.state, video.error, bucket, with_summary=False))
        await self._videos.plan(video, [])

    def _planned(self, source: Source, order: Order, probe: VideoProbe, chunks: list[Chunk]) -> Video:
        return replace(
            self._row(source, order, State.PLANNED),
            duration_ms=max(1, to_ms(probe.duration)),  # a frame of a few ticks lasts some time all the same
            width=probe.width,
            height=probe.height,
            frame_rate=probe.frame_rate,
            instants=sum(chunk.instants for chunk in chunks),
            chunks=len(chunks),
        )

    def _failed(self, source: Source, order: Order, error: str) -> Video:
        return replace(self._row(source, order, State.FAILED), error=error, finished_at=time.time())

    def _row(self, source: Source, order: Order, state: State) -> Video:
        now = time.time()
        return Video(
            video_id=video_id(source, order.options),
            source=source,
            options=order.options,
            state=state,
            created_at=now,
            deadline_at=now + order.deadline_seconds,
        )
