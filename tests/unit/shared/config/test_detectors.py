"""Detectors by name: what may be configured, which one a process serves, and how mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.controller.settings import ControllerSettings
from services.detector.settings import DetectorSettings
from shared.config.detectors import CustomLabelsSpec, LabelsSpec, TextSpec
from shared.config.settings import BadSettings, DetectingSettings, ProcessingSettings, Settings, load

PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/logos/1"
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/2"
OTHER = MODEL.replace("v1", "v2")
TEXT = {"name": "words", "backend": "text", "words": ["Acme"]}
LOGOS = {"name": "logos"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets variables, as JSON where they are not text, and reads settings from them."""

    def tell(kind: type[Settings], **environment: Any) -> Any:
        for name, value in environment.items():
            text = value if isinstance(value, str) else json.dumps(value)
            monkeypatch.setenv(f"LOGOSTREAM_{name}", text)
        return load(kind)

    return tell


def test_a_model_alone_is_one_detector_named_logos(told: Any) -> None:
    settings = told(DetectorSettings, MODEL_ARN=MODEL)
    assert settings.detector_names == ("logos",)
    assert settings.spec == CustomLabelsSpec(name="logos", model_arn=MODEL)


def test_a_process_serves_the_detector_it_is_told(told: Any) -> None:
    settings = told(DetectorSettings, DETECTORS=[LOGOS, TEXT], DETECTOR="words")
    assert settings.spec == TextSpec(name="words", backend="text", words=("Acme",))


def test_a_detector_with_a_model_of_its_own_keeps_it(told: Any) -> None:
    own = {"name": "cups", "model_arn": OTHER, "project_arn": PROJECT}
    settings = told(ControllerSettings, DETECTORS=[LOGOS, own, TEXT], MODEL_ARN=MODEL, PROJECT_ARN=PROJECT)
    assert {name: spec.model_arn for name, spec in settings.models().items()} == {
        "logos": MODEL,
        "cups": OTHER,
    }


def test_videos_that_ask_for_none_are_given_to_the_first(told: Any) -> None:
    settings = told(
        ProcessingSettings, DETECTORS=[TEXT, LOGOS], ROUTES=[{"prefix": "a", "detectors": ["logos"]}]
    )
    assert settings.order("videos", "b.mp4").options.detectors == ("words",)
    assert settings.order("videos", "a.mp4").options.detectors == ("logos",)


def test_several_detectors_are_a_set(told: Any) -> None:
    routes = [{"detectors": ["words", "logos", "words"]}]
    settings = told(ProcessingSettings, DETECTORS=[TEXT, LOGOS], ROUTES=routes)
    assert settings.order("videos", "b.mp4").options.detectors == ("logos", "words")


def test_thresholds_are_a_map_a_file_or_what_training_found(told: Any, tmp_path: Path) -> None:
    file = tmp_path / "thresholds.json"
    file.write_text('{"Acme": 80}')
    for given, read in (({"Acme": 80}, {"Acme": 80.0}), (str(file), {"Acme": 80.0}), ("trained", "trained")):
        detectors = [{**LOGOS, "thresholds": given}]
        settings = told(DetectorSettings, DETECTORS=detectors, MODEL_ARN=MODEL, PROJECT_ARN=PROJECT)
        assert settings.thresholds == read


def test_other_labels_count_from_the_detector_s_confidence_or_the_common_one(told: Any) -> None:
    assert told(DetectorSettings, MODEL_ARN=MODEL, MIN_CONFIDENCE="70").confidence == 70.0
    assert told(DetectorSettings, DETECTORS=[{**LOGOS, "min_confidence": 0}]).confidence == 0.0


def test_labels_are_filtered(told: Any) -> None:
    things = {"name": "things", "backend": "labels", "include": ["Car"], "exclude": ["Person"]}
    assert told(DetectorSettings, DETECTORS=[things]).spec == LabelsSpec(
        name="things", backend="labels", include=("Car",), exclude=("Person",)
    )


def test_a_detector_is_known_by_its_model_or_by_its_name(told: Any) -> None:
    settings = told(
        DetectingSettings, DETECTORS=[LOGOS, {"name": "cups", "model_arn": OTHER}, TEXT], MODEL_ARN=MODEL
    )
    keys = {spec.name: spec.key for spec in settings.specs()}
    assert keys == {"logos": "logos/v1", "cups": "logos/v2", "words": "words"}


@pytest.mark.parametrize(
    ("kind", "environment", "sentence"),
    [
        (DetectorSettings, {}, "LOGOSTREAM_MODEL_ARN is not set: set it in the environment."),
        (
            DetectorSettings,
            {"DETECTORS": [LOGOS, TEXT]},
            "LOGOSTREAM_DETECTOR is not set: name one of logos, words.",
        ),
        (
            DetectorSettings,
            {"DETECTORS": [TEXT], "DETECTOR": "word"},
            "LOGOSTREAM_DETECTOR is 'word': name one of words.",
        ),
        (
            DetectorSettings,
            {"DETECTORS": [{**TEXT, "thresholds": "none.json"}]},
            "detector words: the thresholds in none.json cannot be read: No such file or directory.",
        ),
        (
            DetectorSettings,
            {"DETECTORS": [{**LOGOS, "thresholds": "trained"}], "MODEL_ARN": MODEL},
            "detector logos has no project_arn, whose training its thresholds are of.",
        ),
        (
            DetectingSettings,
            {"DETECTORS": [LOGOS, TEXT, {"name": "strict", "min_confidence": 90}], "MODEL_ARN": MODEL},
            "LOGOSTREAM_DETECTORS give logos and strict one model, logos/v1: "
            "leave one of them out, or name another model for it.",
        ),
        (
            DetectingSettings,
            {
                "DETECTORS": [LOGOS, {"name": "safety", "backend": "moderation", "model_arn": MODEL}],
                "MODEL_ARN": MODEL,
            },
            "LOGOSTREAM_DETECTORS give logos and safety one model, logos/v1: "
            "leave one of them out, or name another model for it.",
        ),
        (ControllerSettings, {}, "LOGOSTREAM_MODEL_ARN is not set: set it in the environment."),
        (
            ControllerSettings,
            {"MODEL_ARN": MODEL},
            "LOGOSTREAM_PROJECT_ARN is not set, nor detector logos's: set one of them.",
        ),
        (DetectingSettings, {"DETECTORS": [LOGOS, LOGOS]}, "two detectors have the same name."),
        (
            DetectingSettings,
            {"DETECTORS": []},
            "LOGOSTREAM_DETECTORS is empty: describe at least one detector.",
        ),
        (DetectingSettings, {"DETECTORS": [{"name": "Logos"}]}, "should match pattern"),
        (DetectingSettings, {"DETECTORS": [{"name": "logos-dead"}]}, "names ending in -dead are taken"),
        (DetectingSettings, {"DETECTORS": [{**LOGOS, "words": ["a"]}]}, "extra inputs are not permitted"),
        (DetectingSettings, {"DETECTORS": [{**LOGOS, "backend": "faces"}]}, "does not match any"),
        (
            DetectingSettings,
            {"DETECTORS": [{"name": "words", "backend": "text"}]},
            "LOGOSTREAM_DETECTORS lacks 0.text.words.",
        ),
        (
            DetectingSettings,
            {"DETECTORS": [{**LOGOS, "thresholds": {"Acme": 101}}]},
            "less than or equal to 100",
        ),
        (
            ProcessingSettings,
            {"ROUTES": [{"detectors": ["words"]}]},
            "LOGOSTREAM_ROUTES lead to words, which LOGOSTREAM_DETECTORS does not name.",
        ),
    ],
)
def test_a_mistake_is_one_sentence(
    told: Any, kind: type[Settings], environment: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadSettings) as raised:
        told(kind, **environment)
    [mistake] = raised.value.sentences
    assert sentence in mistake
