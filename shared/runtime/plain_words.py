"""How the mistakes of who types a command are told."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


class PlainWords(TyperGroup):
    """Commands whose wrong options are told without the name of the class that found them wrong."""

    def invoke(self, ctx: Any) -> Any:
        """Carry out the command that was typed; raises `typer.BadParameter` for a wrong option."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise
