"""The command ``jazzgram``, from its first moment: imports nothing before Ctrl-C has an answer."""

from __future__ import annotations


def main() -> None:
    """Load the command line and run it; see `jazzgram.cli.main`."""
    try:
        from jazzgram.cli import main as run
    except KeyboardInterrupt:
        import sys

        sys.stderr.write("\nstopped; nothing had begun.\n")
        sys.exit(130)
    run()
