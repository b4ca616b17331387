"""``jazzgram validate``: check a configuration."""

from __future__ import annotations

import click

from jazzgram.cli import arguments


@click.command("validate")
@arguments.config
@arguments.settings
@arguments.trust
def command(config: str, settings: tuple[str, ...], trust: bool) -> None:
    """Check a configuration without running it.

    Every mistake is reported at once, each with its file and line. The chart is read; the corpus is
    not, and nothing is trained.
    """
    from jazzgram.config.check import load
    from jazzgram.config.files import locate
    from jazzgram.resources.printable import printable

    checked = load(locate(config), settings, trust=trust, reads_chart=True)
    for warning in checked.warnings:
        click.echo(f"WARNING: {printable(warning)}", err=True)
    click.echo(
        f"{checked.path}: no mistakes; {len(checked.samplers)} sampler steps, {len(checked.chain)} chain steps,"
        f" {len(checked.writers)} writers"
    )
