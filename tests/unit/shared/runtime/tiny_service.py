"""A service as small as can be, for the tests of a process's life: its argument says what it does."""

from __future__ import annotations

import asyncio
import sys

from pydantic import SecretStr

from shared.config.settings import Settings
from shared.runtime.service import Life, run


class TinySettings(Settings):
    """Those of every service, and a secret."""

    password: SecretStr | None = None


class Work:
    """Works until stopped; `stubborn` goes on after that, `crash` fails at once."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        if self._kind == "crash":
            raise RuntimeError("the disk is full")
        await self._stopped.wait()
        if self._kind == "stubborn":
            await asyncio.Event().wait()

    def stop(self) -> None:
        self._stopped.set()


async def main(_: TinySettings, life: Life) -> None:
    await life.run(Work(sys.argv[1]))


if __name__ == "__main__":
    run("tiny", TinySettings, main)
