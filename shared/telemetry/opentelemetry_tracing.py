"""The tracer over OpenTelemetry, by its conventions for messaging; the only file that knows OpenTelemetry.

Where spans go and which are kept, the standard `OTEL_*` variables say. Names and attributes:
https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.telemetry.tracing import Facts, Traces, each
from shared.version import VERSION

LAST_SECONDS = 3.0  # for the last spans, once the service has drained
TRACEPARENT = "traceparent"
_w3c = TraceContextTextMapPropagator()


def exporting(service: str, prefix: str) -> OpenTelemetryTracer:
    """A tracer that exports over OTLP/HTTP in a thread of its own; the rest goes out as the process ends."""
    ours = {"service.namespace": prefix, "service.name": service, "service.version": VERSION}
    resource = Resource.create(ours).merge(OTELResourceDetector().detect())  # the environment's word is last
    provider, exporter = TracerProvider(resource=resource, shutdown_on_exit=False), OTLPSpanExporter()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    atexit.register(_finish, provider, exporter)
    return OpenTelemetryTracer(provider)


def _finish(provider: TracerProvider, exporter: SpanExporter) -> None:
    # By itself it waits thirty seconds for a collector that is away: longer than orchestrators do.
    impatience = threading.Timer(LAST_SECONDS, exporter.shutdown)
    impatience.daemon = True
    impatience.start()
    provider.shutdown()


class OpenTelemetryTracer:
    """`Tracer` over the spans of a provider."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("logostream", VERSION)

    @contextmanager
    def beginning(self, name: str, facts: Sequence[Facts]) -> Iterator[Traces]:
        here = trace.get_current_span().get_span_context()
        links = [Link(here)] if here.is_valid else []
        spans = [
            self._tracer.start_span(name, Context(), attributes=_named(each), links=links) for each in facts
        ]
        with _open(*spans):
            yield [_traceparent(span) for span in spans]

    @contextmanager
    def sending(self, queue: str, count: int, traces: Traces) -> Iterator[Traces]:
        # Of a batch, each message has a span of its own: it is what its receiver's is the child of.
        operation = "send" if count == 1 else "create"
        spans = [
            self._tracer.start_span(
                f"{operation} {queue}", _within(parent), SpanKind.PRODUCER, _messaging(queue, operation)
            )
            for parent in each(traces, count)
        ]
        with _open(*spans):
            yield [_traceparent(span) for span in spans]

    @contextmanager
    def handling(self, queue: str, message_id: str, traceparent: str | None, facts: Facts) -> Iterator[None]:
        about = {**_messaging(queue, "process"), "messaging.message.id": message_id, **_named(facts)}
        span = self._tracer.start_span(
            f"process {queue}", _within(traceparent), SpanKind.CONSUMER, attributes=about
        )
        with _open(span), _current(span):
            yield

    @contextmanager
    def step(self, name: str, facts: Facts) -> Iterator[None]:
        span = self._tracer.start_span(name, attributes=_named(facts))
        with _open(span), _current(span):
            yield

    def note(self, event: str, reason: str = "", *, failed: bool = False) -> None:
        span = trace.get_current_span()
        span.add_event(event, {"logostream.reason": reason} if reason else None)
        if failed:
            span.set_status(Status(StatusCode.ERROR, reason or event))


@contextmanager
def _current(span: Span) -> Iterator[None]:
    with trace.use_span(span, record_exception=False, set_status_on_exception=False):
        yield


@contextmanager
def _open(*spans: Span) -> Iterator[None]:
    """Ends the spans with the block, and says of all of them how it failed."""
    try:
        yield
    except Exception as error:
        for span in spans:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR, str(error)))
        raise
    finally:
        for span in spans:
            span.end()


def _messaging(queue: str, operation: str) -> dict[str, str | int | float]:
    return {
        "messaging.system": "aws_sqs",
        "messaging.destination.name": queue,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
    }


def _named(facts: Facts) -> dict[str, str | int | float]:
    return {f"logostream.{name}": value for name, value in facts.items()}


def _within(traceparent: str | None) -> Context | None:
    """The context of a trace; the current one where there is none."""
    return _w3c.extract({TRACEPARENT: traceparent}) if traceparent else None


def _traceparent(span: Span) -> str | None:
    carrier: dict[str, str] = {}
    _w3c.inject(carrier, trace.set_span_in_context(span))
    return carrier.get(TRACEPARENT)
