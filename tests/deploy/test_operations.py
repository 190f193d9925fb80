"""The operations guide: its commands exist, with such options and parameters; its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
import typer
from botocore import xform_name
from typer.core import TyperGroup

from services.cli.app import app
from tests.deploy.templates import FOLDER, loaded

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "docs" / name for name in ("operations.md", "controller.md", "detectors.md", "dashboard.md")]
PACKED = {"out.yaml": "kill-switch.yaml"}  # of docs/controller.md
STACKS = {"package", "deploy"}  # commands of the AWS command line itself, not calls
ONLY_WHAT_CHANGES = {"Tag", "Detectors", "LeastControllers"}
OF_ALL_CALLS = {"query", "output", "region"}
TARGETS = set(
    re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "deploy/docker/Dockerfile").read_text(), re.MULTILINE)
)
MAKE = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

_aws = botocore.session.get_session()


def commands(program: str) -> list[str]:
    """Every command of this program in the guides, from blocks and from running text, each on one line."""
    return sorted({line for guide in GUIDES for line in _said(guide.read_text(), program)})


def _said(text: str, program: str) -> Iterator[str]:
    text = re.sub(r"\\\n\s*", "", text)
    for said in re.findall(r"^ {4,}(\S.*)$|`([^`\n]+)`", text, re.MULTILINE):
        for line in re.split(r" {2,}|&&|\|", " ".join(filter(None, said))):
            if line.strip().startswith(f"{program} "):
                yield line.strip()


def options(line: str) -> set[str]:
    return {word.removeprefix("--").partition("=")[0] for word in shlex.split(line) if word.startswith("--")}


@pytest.mark.parametrize("line", [line for line in commands("aws") if line.split()[2] not in STACKS])
def test_a_call_of_aws_exists_and_takes_what_it_is_given(line: str) -> None:
    _, service, call, *_ = line.split()
    if (service, call) == ("logs", "tail"):
        return  # the command line's own
    model = _aws.get_service_model(service)
    calls = {xform_name(name, "-"): name for name in model.operation_names}
    assert call in calls
    shape = model.operation_model(calls[call]).input_shape
    assert shape
    taken = {xform_name(name, "-") for name in shape.members}
    assert options(line) <= taken | OF_ALL_CALLS


@pytest.mark.parametrize("line", [line for line in commands("aws") if line.split()[2] == "deploy"])
def test_a_stack_is_deployed_with_parameters_that_its_template_has(line: str) -> None:
    words = shlex.split(line)
    file = Path(words[words.index("--template-file") + 1])
    file = FOLDER / PACKED.get(file.name, file.name)
    given = {word.partition("=")[0] for word in words if re.match(r"^[A-Z]\w+=", word)}
    parameters = loaded(file.name)["Parameters"]
    assert given <= set(parameters)
    needed = {name for name, about in parameters.items() if "Default" not in about}
    assert needed <= given or given <= ONLY_WHAT_CHANGES


@pytest.mark.parametrize("line", commands("logostream"))
def test_a_command_of_ours_exists_and_has_those_options(line: str) -> None:
    command = typer.main.get_command(app)
    for word in shlex.split(line)[1:]:
        if isinstance(command, TyperGroup):
            assert word in command.commands
            command = command.commands[word]
    known = {name.lstrip("-") for parameter in command.params for name in parameter.opts}
    assert options(line) <= known


def test_images_are_built_of_targets_that_exist() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    [services] = re.findall(r"for service in (.+); do", text)
    assert set(services.split()) <= TARGETS


def test_make_has_the_targets_that_are_named() -> None:
    assert {line.split()[1] for line in commands("make")} <= MAKE


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_links_lead_somewhere(guide: Path) -> None:
    for path, _, anchor in (link.partition("#") for link in re.findall(r"\]\(([^):]+)\)", guide.read_text())):
        target = (guide.parent / path).resolve() if path else guide
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target), f"{path}#{anchor}"


def anchors(guide: Path) -> set[str]:
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", guide.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
