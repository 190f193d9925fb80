"""Thresholds: a label counts from its own, all others from the common one, wherever they are written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.backends.thresholds import Thresholds, read, trained
from shared.messaging.messages import Detection

percents = st.floats(0, 100)
labels = st.sampled_from(["acme", "bolt", "curio"])
detections = st.lists(st.builds(Detection, label=labels, confidence=percents), max_size=9)


@given(percents, st.dictionaries(labels, percents), detections)
def test_what_is_kept_reaches_its_threshold_and_what_is_dropped_does_not(
    otherwise: float, by_label: dict[str, float], found: list[Detection]
) -> None:
    kept = Thresholds(otherwise, by_label).keep(found)
    assert list(kept) == [each for each in found if each in kept]
    for each in found:
        assert (each in kept) == (each.confidence >= by_label.get(each.label, otherwise))


@given(st.dictionaries(st.text(), percents))
def test_a_file_holds_a_map_of_labels_to_percents(by_label: dict[str, float]) -> None:
    assert read(json.dumps(by_label)) == by_label


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "no JSON map of labels to percents"),
        ("acme: 80", "no JSON map of labels to percents"),
        (
            '{"acme": 101}',
            r"no JSON map of labels to percents \(acme: Input should be less than or equal to 100",
        ),
    ],
)
def test_what_is_no_such_map_is_told(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(text)


def test_a_training_s_thresholds_are_shares_and_become_percents() -> None:
    result = {"Label": "acme", "Metrics": {"F1Score": 0.9, "Threshold": 0.415}, "NumberOfTestingImages": 9}
    assert trained(json.dumps({"LabelEvaluationResults": [result]}).encode()) == {"acme": 41.5}


@pytest.mark.parametrize("summary", [b"", b"[]", b"{}", b'{"LabelEvaluationResults": [{"Label": "acme"}]}'])
def test_what_is_no_summary_is_told(summary: bytes) -> None:
    with pytest.raises(ValueError, match="no summary of a training"):
        trained(summary)
