"""Promises of what is kept on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.rekognition_local.resources.store import Project, StateUnreadable, Store
from tests.unit.rekognition_local.resources.versions import NEW, started

PROJECT = Project("arn:p", "p", 1)


def test_what_was_put_is_there_for_the_next_process(tmp_path: Path) -> None:
    store = Store(tmp_path)
    version = started(NEW, now=5, units=2)
    store.put_project(PROJECT)
    store.put_version(version)
    again = Store(tmp_path)
    assert again.projects == {"arn:p": PROJECT}
    assert again.versions == {"arn": version}


def test_a_deleted_version_takes_its_model_along_but_not_its_bill(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put_version(replace(NEW, unit_seconds=7.0))
    store.model_file(NEW).write_bytes(b"model")
    store.delete_version("arn")
    assert not store.model_file(NEW).exists()
    again = Store(tmp_path)
    assert (again.versions, again.unit_seconds_deleted) == ({}, 7.0)


def test_a_write_that_is_cut_off_harms_nothing(tmp_path: Path) -> None:
    Store(tmp_path).put_project(PROJECT)
    (tmp_path / "state.draft").write_text('{"format": 1, "proj')
    assert Store(tmp_path).projects == {"arn:p": PROJECT}


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 2}', "\x00"])
def test_a_damaged_file_is_told_with_its_name_and_the_cure(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(StateUnreadable, match=r"state\.json cannot be read .*delete it"):
        Store(tmp_path)


def test_stamps_are_times_and_never_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert [store.next_stamp(now) for now in (12.5, 12.5, 1.0)] == [12_500, 12_501, 12_502]
    store.put_project(Project("arn:p", "p", 13_000))
    assert Store(tmp_path).next_stamp(12.5) == store.next_stamp(12.5) == 13_001
