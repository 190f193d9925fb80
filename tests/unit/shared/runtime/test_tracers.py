"""Whether there is a tracer: off unless asked for, free while off, one sentence where it cannot be had."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shared.config.settings import BadSettings, Settings
from shared.runtime.tracers import tracer_for
from shared.telemetry.tracing import NoTracer

LISTS = "import sys, shared.messaging.consumer, shared.aws.sqs, shared.runtime.service;"
LISTS += "from shared.config.settings import Settings; from shared.runtime.tracers import tracer_for;"
LISTS += "tracer_for('detector', Settings());"
LISTS += "print(sorted(name for name in sys.modules if name.startswith('opentelemetry')))"


def test_nothing_of_opentelemetry_is_imported_while_it_is_off() -> None:
    done = subprocess.run([sys.executable, "-c", LISTS], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_is_off_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")  # as good as not set, by OpenTelemetry's rules
    assert isinstance(tracer_for("detector", Settings()), NoTracer)


@pytest.mark.parametrize(
    ("variable", "value", "asked"),
    [
        ("LOGOSTREAM_TRACING", "true", "LOGOSTREAM_TRACING is on"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", "OTEL_EXPORTER_OTLP_ENDPOINT is set"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/t", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set"),
    ],
)
def test_without_the_extra_it_is_one_sentence(
    variable: str, value: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "shared.telemetry.opentelemetry_tracing", raising=False)
    with pytest.raises(BadSettings) as error:
        tracer_for("detector", Settings())
    [sentence] = error.value.sentences
    assert sentence.startswith(f"{asked}, but OpenTelemetry is not installed")
    assert "logostream[tracing]" in sentence
