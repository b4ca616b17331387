"""``jazzgram --version``: what a bug report must name."""

from __future__ import annotations

import click

_PACKAGES = ("numpy", "tensorflow", "music21", "symusic", "verovio", "pydantic")
"""Those on whose versions results depend."""


def print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Print the versions of jazzgram, Python and the packages that decide results; import none of them."""
    if not value or ctx.resilient_parsing:
        return
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from jazzgram import __version__

    lines = [f"jazzgram {__version__}", f"Python {platform.python_version()} ({platform.platform(terse=True)})"]
    for name in _PACKAGES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} is not installed")
    click.echo("\n".join(lines))
    ctx.exit()
