"""Entry of the process that `logostream model` and `logostream teardown` become."""

from __future__ import annotations

import sys

from shared.runtime.loading import loading


def main() -> None:
    """Load the commands and run them."""
    with loading():
        from services.trainer.app import app
    app(prog_name="logostream" if sys.argv[1:2] == ["teardown"] else "logostream model")


if __name__ == "__main__":
    main()
