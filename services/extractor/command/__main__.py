"""Entry of the process that `logostream extract` becomes."""

from __future__ import annotations

from shared.runtime.loading import loading


def main() -> None:
    """Load the command and run it."""
    with loading():
        from services.extractor.command.app import app
    app(prog_name="logostream extract")


if __name__ == "__main__":
    main()
