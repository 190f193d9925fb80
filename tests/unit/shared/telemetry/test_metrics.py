"""The metrics keep one naming scheme, and docs/metrics.md says what the code does."""

from __future__ import annotations

import re

import pytest

from tests import metrics_table
from tests.metrics_table import Metric

UNITS = ("seconds", "dollars", "bytes", "calls_per_second", "ratio", "info")
FEW = {"queue", "state", "outcome", "reason", "role", "model", "detector", "period"}
FEW |= {"service", "version", "revision", "python"}  # of the build

every_metric = pytest.mark.parametrize("metric", metrics_table.every(), ids=lambda metric: metric.name)


def test_the_document_names_every_metric_as_the_code_has_it() -> None:
    assert metrics_table.in_document() == metrics_table.table(), "run `make docs`"


@every_metric
def test_a_name_is_ours_and_in_one_style(metric: Metric) -> None:
    assert re.fullmatch(r"logostream(_[a-z]+)+", metric.name)
    assert (metric.kind == "counter") == metric.name.endswith("_total")


@every_metric
def test_a_histogram_says_its_unit(metric: Metric) -> None:
    assert metric.kind != "histogram" or metric.name.endswith(UNITS)


@every_metric
def test_no_label_grows_with_the_work(metric: Metric) -> None:
    assert set(metric.labels) <= FEW


@every_metric
def test_a_metric_is_set_somewhere(metric: Metric) -> None:
    assert metrics_table.exporters(metric)


@every_metric
def test_a_meaning_is_one_sentence(metric: Metric) -> None:
    assert metric.meaning.endswith(".")
