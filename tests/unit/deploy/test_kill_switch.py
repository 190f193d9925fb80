"""The kill switch: a model that runs while no controller lives is stopped before it has cost five dollars."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from shared.costs.prices import running_cost

AWS = Path(__file__).parents[3] / "deploy" / "aws"
PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/cups/1"
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/cups/version/v1/2"
OTHER = "arn:aws:rekognition:us-east-1:123456789012:project/cups/version/v2/3"
NOW = 1_763_884_800.0
STALE = 300.0
DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetItem")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill_switch", AWS / "kill_switch" / "kill_switch.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


kill_switch = _load()


class Rekognition:
    """As much of Rekognition as the function asks: versions by name, which stop when told."""

    def __init__(self, **states: str) -> None:
        self.states = states

    def describe_project_versions(self, ProjectArn: str, VersionNames: list[str]) -> dict[str, Any]:
        assert ProjectArn == PROJECT
        known = [name for name in VersionNames if name in self.states]
        return {"ProjectVersionDescriptions": [{"Status": self.states[name]} for name in known]}

    def stop_project_version(self, ProjectVersionArn: str) -> None:
        name = ProjectVersionArn.split("/")[3]
        if self.states[name] != "RUNNING":
            raise ClientError({"Error": {"Code": "ResourceInUseException"}}, "StopProjectVersion")
        self.states[name] = "STOPPING"


class Table:
    """The control table; `error` is what a read ends in."""

    def __init__(self, rows: dict[str, float], error: Exception | None = None) -> None:
        self.rows = rows
        self.error = error

    def get_item(self, Key: dict[str, str], ConsistentRead: bool) -> dict[str, Any]:
        if self.error:
            raise self.error
        at = self.rows.get(Key["item"])
        return {} if at is None else {"Item": {"at": at}}


def look(rekognition: Rekognition, table: Table, *arns: str) -> list[str]:
    projects = dict.fromkeys(arns or (MODEL,), PROJECT)
    return list(kill_switch.look_at_all(rekognition, table, projects, NOW, STALE).values())


def test_a_model_that_is_looked_after_runs_on() -> None:
    rekognition = Rekognition(v1="RUNNING")
    assert look(rekognition, Table({"MODEL#cups/v1": NOW - 299})) == ["looked after"]
    assert rekognition.states["v1"] == "RUNNING"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (Table({"MODEL#cups/v1": NOW - 301}), "STOPPED: no report for 301 s"),
        (Table({}), "STOPPED: no report could be read"),
        (Table({}, DENIED), "STOPPED: no report could be read"),
    ],
)
def test_a_model_that_nobody_looks_after_is_stopped(table: Table, words: str) -> None:
    rekognition = Rekognition(v1="RUNNING")
    assert look(rekognition, table) == [words]
    assert rekognition.states["v1"] == "STOPPING"


@pytest.mark.parametrize("state", ["STARTING", "STOPPED", "STOPPING", "FAILED"])
def test_what_does_not_run_is_left_alone(state: str) -> None:
    rekognition = Rekognition(v1=state)
    assert look(rekognition, Table({})) == [f"silent, and {state}"]
    assert rekognition.states["v1"] == state


def test_one_model_that_fails_keeps_the_switch_from_no_other() -> None:
    class Broken(Rekognition):
        def stop_project_version(self, ProjectVersionArn: str) -> None:
            if ProjectVersionArn == MODEL:
                raise DENIED
            super().stop_project_version(ProjectVersionArn)

    rekognition = Broken(v1="RUNNING", v2="RUNNING")
    failed, stopped = look(rekognition, Table({}), MODEL, OTHER)
    assert failed.startswith("FAILED: ")
    assert stopped.startswith("STOPPED: ")
    assert rekognition.states["v2"] == "STOPPING"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as plain values."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix} {getattr(node, 'value', '')}")


def test_the_template_s_defaults_leak_less_than_five_dollars() -> None:
    template = yaml.load((AWS / "kill-switch.yaml").read_text(), _Loader)
    assert template["Resources"]["EveryMinute"]["Properties"]["ScheduleExpression"] == "rate(1 minute)"
    stale = template["Parameters"]["StaleSeconds"]["Default"]
    schedule, call = 60, template["Resources"]["Function"]["Properties"]["Timeout"]
    assert running_cost(5 * (stale + schedule + call)) < 5.0


def test_the_template_tells_the_function_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    template = yaml.load((AWS / "kill-switch.yaml").read_text(), _Loader)
    told = set(template["Resources"]["Function"]["Properties"]["Environment"]["Variables"])
    assert told == set(
        re.findall(r'os\.environ\["(\w+)"\]', (AWS / "kill_switch/kill_switch.py").read_text())
    )
    monkeypatch.setenv("MODEL_ARNS", f"{MODEL},{OTHER}")
    monkeypatch.setenv("PROJECT_ARNS", f"{PROJECT},{PROJECT}")
    assert kill_switch.watched() == {MODEL: PROJECT, OTHER: PROJECT}


def test_the_template_names_the_function_that_is_there() -> None:
    template = yaml.load((AWS / "kill-switch.yaml").read_text(), _Loader)
    function = template["Resources"]["Function"]["Properties"]
    module, _, name = function["Handler"].partition(".")
    assert (AWS / function["Code"] / f"{module}.py").is_file()
    assert hasattr(kill_switch, name)
