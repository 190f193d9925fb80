"""Which tracer a process is given: none that tells, unless its environment asks for one."""

from __future__ import annotations

import os

from shared.config.settings import BadSettings, Settings
from shared.telemetry.tracing import NoTracer, Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def tracer_for(service: str, settings: Settings) -> Tracer:
    """The tracer the environment asks for; raises `BadSettings` where OpenTelemetry is not installed."""
    endpoints = [name for name in ENDPOINTS if os.environ.get(name)]
    if not settings.tracing and not endpoints:
        return NoTracer()
    try:
        from shared.telemetry.opentelemetry_tracing import exporting
    except ImportError as error:
        asked = "LOGOSTREAM_TRACING is on" if settings.tracing else f"{endpoints[0]} is set"
        cure = "install logostream[tracing], or an image built with TRACING=1"
        raise BadSettings([f"{asked}, but OpenTelemetry is not installed ({error}): {cure}."]) from error
    return exporting(service, settings.prefix)
