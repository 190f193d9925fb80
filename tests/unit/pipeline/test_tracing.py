"""One trace per frame: from its upload through its detector to its counted result, on fakes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

pytest.importorskip("opentelemetry.sdk", reason="an extra: pip install logostream[tracing]")

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler
from opentelemetry.trace import SpanKind, StatusCode

from services.extractor.publisher import FramePublisher, FrameQueues
from shared.messaging.consumer import Consumer, ConsumerOptions, Handler
from shared.messaging.endings import Reject
from shared.messaging.queue import Message
from shared.models.rekognition import RekognitionError, Throttled
from shared.telemetry.opentelemetry_tracing import OpenTelemetryTracer
from shared.telemetry.tracing import NoTracer, using
from tests.fakes import FakeQueue
from tests.unit.aggregator.books import Office
from tests.unit.detector.replica import Surroundings
from tests.unit.extractor.studio import BUCKET, Studio, sampled

FRAMES = 4  # the first is announced by itself, the others together


class Collector:
    """Keeps the spans that services export."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self._spans = InMemorySpanExporter()
        provider = TracerProvider(sampler=ParentBased(sampler), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.tracer = OpenTelemetryTracer(provider)

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self._spans.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    @property
    def traces(self) -> dict[int, list[ReadableSpan]]:
        """The spans of each trace, in the order they began."""
        by_trace: defaultdict[int, list[ReadableSpan]] = defaultdict(list)
        for span in sorted(self.spans, key=lambda span: span.start_time or 0):
            assert span.context
            by_trace[span.context.trace_id].append(span)
        return dict(by_trace)


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    with using(collector.tracer):
        yield collector


async def consume(queue: FakeQueue, handler: Handler, dead: FakeQueue) -> None:
    """Handle all that is in the queue."""
    consumer = Consumer(queue, handler, ConsumerOptions(), dead=dead)
    run = asyncio.create_task(consumer.run())
    await queue.until_empty()
    consumer.stop()
    await run


async def live(folder: Path, *refusals: RekognitionError) -> None:
    """Publish frames, examine them, the first after these refusals, and count their results."""
    around, studio, office = Surroundings(), Studio(folder), await Office(chunks=1).plan()
    around.ledger = office.ledger
    queues = FrameQueues({"logos": around.frames})
    async with FramePublisher(
        studio.chunk(0, FRAMES), studio.objects, BUCKET, queues, office.ledger
    ) as publisher:
        for instant in range(FRAMES):
            await publisher.add(sampled(instant))
        await publisher.finish()
    around.detector.script.extend(refusals)
    await around.model_is("RUNNING")
    async with around.replica().consuming():
        await around.frames.until_empty()
    await consume(around.results, office.handler(), around.dead)


def lineage(spans: Sequence[ReadableSpan]) -> list[tuple[str, str | None]]:
    """The name of each span and of its parent."""
    names = {span.context.span_id: span.name for span in spans if span.context}
    return [(span.name, names[span.parent.span_id] if span.parent else None) for span in spans]


def of_one_frame(announced: str) -> list[tuple[str, str | None]]:
    return [
        ("publish frame", None),
        (announced, "publish frame"),
        ("process frames", announced),
        ("detect", "process frames"),
        ("send results", "process frames"),
        ("process results", "send results"),
    ]


async def test_every_frame_has_one_trace_from_its_upload_to_its_counted_result(
    collector: Collector, tmp_path: Path
) -> None:
    await live(tmp_path)
    lives = [lineage(spans) for spans in collector.traces.values()]
    assert sorted(lives) == sorted([of_one_frame("send frames"), *[of_one_frame("create frames")] * 3])
    frames = [(span.attributes or {})["logostream.timestamp_ms"] for span in collector.named("publish frame")]
    assert frames == [0, 1000, 2000, 3000]


async def test_spans_of_messages_are_named_by_the_conventions(collector: Collector, tmp_path: Path) -> None:
    await live(tmp_path)
    [sent] = collector.named("send frames")
    received = collector.named("process frames")[0]
    assert (sent.kind, received.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert dict(sent.attributes or {}) == {
        "messaging.system": "aws_sqs",
        "messaging.destination.name": "frames",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
    }
    assert "messaging.message.id" in (received.attributes or {})


async def test_a_throttled_call_and_its_wait_are_told(collector: Collector, tmp_path: Path) -> None:
    await live(tmp_path, Throttled("slow down"))
    [trace] = [spans for spans in collector.traces.values() if "throttled" in events(spans)]
    calls = [span for span in trace if span.name == "detect"]
    assert [span.status.status_code for span in calls] == [StatusCode.ERROR, StatusCode.UNSET]
    assert (calls[0].attributes or {})["error.type"] == "Throttled"


async def test_what_is_given_up_says_why(collector: Collector) -> None:
    async def refuse(_: Message) -> None:
        raise Reject("no frame")

    queue, dead = FakeQueue("frames"), FakeQueue("frames-dead")
    await queue.send(["{}"])
    await consume(queue, refuse, dead)
    [spans] = collector.traces.values()
    assert [span.name for span in spans] == ["send frames", "process frames", "send frames-dead"]
    assert (spans[1].status.status_code, spans[1].status.description) == (StatusCode.ERROR, "no frame")
    [letter] = await dead.receive(1)
    assert letter.trace
    assert f"{next(iter(collector.traces)):032x}" in letter.trace


async def test_a_message_of_an_older_sender_begins_a_trace(collector: Collector) -> None:
    async def handle(_: Message) -> None:
        pass

    queue = FakeQueue("frames")
    with using(NoTracer()):
        await queue.send(["{}"])
    await consume(queue, handle, queue)
    assert lineage(collector.spans) == [("process frames", None)]


async def test_frames_that_are_not_sampled_are_not_sampled_anywhere(tmp_path: Path) -> None:
    collector = Collector(ALWAYS_OFF)
    with using(collector.tracer):
        await live(tmp_path)
    assert collector.spans == ()


async def test_what_is_given_up_keeps_its_trace_in_a_service_that_does_not_trace() -> None:
    async def refuse(_: Message) -> None:
        raise Reject("no frame")

    queue, dead = FakeQueue("frames"), FakeQueue("frames-dead")
    await queue.send(["{}"], traces=["00-trace"])
    await consume(queue, refuse, dead)
    [letter] = await dead.receive(1)
    assert letter.trace == "00-trace"


def events(spans: Sequence[ReadableSpan]) -> list[str]:
    return [event.name for span in spans for event in span.events]
