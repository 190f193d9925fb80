"""Settings: read from the environment once, and every mistake told in a sentence of its own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import Field, model_validator

from shared.config.screening import Screening
from shared.config.settings import BadSettings, ProcessingSettings, Settings, load


class Strict(Settings):
    """Settings that can be wrong in every way."""

    model_arn: str = Field(description="No default.")
    workers: int = 4
    spares: int = 0

    @model_validator(mode="after")
    def check(self) -> Strict:
        if self.spares > self.workers:
            raise ValueError("more spares than workers")
        return self


def mistakes(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name, value in environment.items():
        monkeypatch.setenv(f"LOGOSTREAM_{name}", value)
    with pytest.raises(BadSettings) as raised:
        load(Strict)
    assert str(raised.value) == "\n".join(raised.value.sentences)
    return raised.value.sentences


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGOSTREAM_PREFIX", "cup")
    monkeypatch.setenv("LOGOSTREAM_HTTP_PORT", "0")
    monkeypatch.setenv("LOGOSTREAM_UNKNOWN", "ignored")
    settings = load(Settings)
    assert (settings.prefix, settings.http_port, settings.drain_seconds) == ("cup", 0, 20.0)


def test_what_is_given_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGOSTREAM_PREFIX", "cup")
    assert load(Settings, prefix="league").prefix == "league"


def test_queues_and_tables_are_named_after_the_prefix() -> None:
    settings = load(Settings)
    assert settings.queue_name("frames-dead") == "logostream-frames-dead"
    assert settings.table_name("ledger") == "logostream-ledger"


def test_sampling_is_read_as_the_wire_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGOSTREAM_INTERVAL", "0.5")
    monkeypatch.setenv("LOGOSTREAM_IMAGE_FORMAT", "png")
    sampling = load(ProcessingSettings).order("b", "k").options.sampling
    assert (sampling.interval, sampling.image_format, sampling.quality) == (Decimal("0.5"), "png", 95)


def test_thresholds_and_routes_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGOSTREAM_SCREENING", '{"blur": 0.05}')
    monkeypatch.setenv("LOGOSTREAM_ROUTES", '[{"prefix": "in/", "interval": 2, "labels": ["Acme"]}]')
    options = load(ProcessingSettings).order("videos", "in/cup.mp4").options
    assert options.sampling.screening == Screening(blur=0.05)
    assert (options.sampling.interval, options.labels) == (Decimal(2), ("Acme",))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SCREENING", '{"blurr": 0.05}', "blurr"),
        ("ROUTES", '[{"prefixx": "in/"}]', "prefixx"),
        ("ROUTES", "in/", "LOGOSTREAM_ROUTES is not valid JSON"),
    ],
)
def test_a_misspelt_threshold_or_route_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"LOGOSTREAM_{name}", value)
    with pytest.raises(BadSettings, match=sentence):
        load(ProcessingSettings)


def test_a_missing_setting_is_told_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mistakes(monkeypatch) == ["LOGOSTREAM_MODEL_ARN is not set: set it in the environment."]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTP_PORT", "eighty", "LOGOSTREAM_HTTP_PORT is 'eighty': input should be a valid integer"),
        (
            "HTTP_PORT",
            "99999",
            "LOGOSTREAM_HTTP_PORT is '99999': input should be less than or equal to 65535.",
        ),
        ("PREFIX", "Ümlaut", "LOGOSTREAM_PREFIX is 'Ümlaut': string should match pattern"),
        ("LOG_LEVEL", "LOUD", "LOGOSTREAM_LOG_LEVEL is 'LOUD': string should match pattern"),
        ("DRAIN_SECONDS", "0", "LOGOSTREAM_DRAIN_SECONDS is '0': input should be greater than 0."),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    [told] = mistakes(monkeypatch, MODEL_ARN="arn", **{name: value})
    assert told.startswith(sentence)
    assert told.endswith(".")


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = mistakes(monkeypatch, HTTP_PORT="x", WORKERS="y")
    assert [sentence.split()[0] for sentence in told] == [
        "LOGOSTREAM_HTTP_PORT",
        "LOGOSTREAM_MODEL_ARN",
        "LOGOSTREAM_WORKERS",
    ]


def test_settings_that_do_not_go_together_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    [told] = mistakes(monkeypatch, MODEL_ARN="arn", SPARES="9")
    assert told.startswith("the settings ")
    assert told.endswith("more spares than workers.")
