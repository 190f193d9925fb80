"""`logostream teardown`: removes everything that this installation made, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.table import Table

from services.trainer.commands.common import Teller, Yes, ask, fail, tell
from services.trainer.ruled import ruled
from services.trainer.settings import TrainerSettings
from services.trainer.versions import deletion
from services.trainer.workshop import Workshop, workshop_of
from shared.aws.clients import Clients, clients
from shared.aws.installation import teardown as installation
from shared.aws.installation.tagged import TAG
from shared.aws.installation.teardown import Thing
from shared.config.settings import load
from shared.models.projects import Project
from shared.runtime.command import run


@dataclass(frozen=True, slots=True)
class Inventory:
    """All there is: projects with their versions' names, and the rest; ours, by the prefix, and others'."""

    prefix: str
    projects: Sequence[tuple[Project, Sequence[str]]]
    things: Sequence[Thing]
    foreign: Sequence[str]

    @property
    def empty(self) -> bool:
        return not self.projects and not self.things


def teardown(yes: Yes = False) -> None:
    """Remove all that this installation made: models, queues, tables, and buckets with all that is in them.

    Shows the list and asks first. What does not carry the installation's tag is left alone. Stop the services
    before: what works on while its queues and tables go can only fail.

    Example: logostream teardown
    """
    inventory = run(_inventory())
    if not inventory.empty or inventory.foreign:
        Console().print(_table(inventory))
    if inventory.empty:
        typer.echo("there is nothing to remove")
        return
    if not yes and not ask("Remove all of this for good?"):
        fail("nothing was removed")
    run(_carry_out(inventory))
    typer.echo("all of it is gone")


@asynccontextmanager
async def _account() -> AsyncIterator[tuple[Clients, Workshop]]:
    settings = load(TrainerSettings)
    async with clients() as aws:
        yield aws, workshop_of(aws, settings)


async def _inventory() -> Inventory:
    async with _account() as (aws, workshop):
        return await _found(aws, workshop)


async def _found(aws: Clients, workshop: Workshop) -> Inventory:
    own, foreign = [], []
    for project in await workshop.projects.all():
        if await deletion.ours(workshop, project):
            own.append(project)
        else:
            foreign.append(f"project {project.name}")
    versions = [[one.name for one in await workshop.versions(project).all()] for project in own]
    things = await installation.find(aws, workshop.settings)
    foreign += [f"{thing.kind} {thing.name}" for thing in things if not thing.ours]
    projects = list(zip(own, versions, strict=True))
    return Inventory(workshop.settings.prefix, projects, [one for one in things if one.ours], foreign)


def _table(inventory: Inventory) -> Table:
    table = ruled("what", "name", title=f"made by {TAG}={inventory.prefix}")
    for project, versions in inventory.projects:
        table.add_row("project", f"{project.name} with {', '.join(versions) or 'no versions'}")
    for thing in inventory.things:
        table.add_row(thing.kind, thing.name)
    for name in inventory.foreign:
        table.add_row("left alone: no tag of ours", name, style="dim")
    return table


async def _carry_out(inventory: Inventory) -> None:
    """Models first: they bill as long as they run."""
    async with _account() as (aws, workshop):
        for project, _ in inventory.projects:
            await deletion.delete_project(workshop, project, Teller())
        for thing in inventory.things:
            tell(f"deleting {thing.kind} {thing.name}")
            await installation.remove(aws, thing)
