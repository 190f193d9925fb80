"""Entry of the `logostream` command."""

from __future__ import annotations

from shared.runtime.loading import loading


def main() -> None:
    """Load the command and run it."""
    with loading():
        from services.cli.app import app
    app()


if __name__ == "__main__":
    main()
