"""``jazzgram validate``: check a configuration."""

from __future__ import annotations

import click

from jazzgram.cli import arguments


@click.command("validate")
@arguments.config
@arguments.settings
@arguments.trust
@arguments.as_json
def command(config: str, settings: tuple[str, ...], trust: bool, as_json: bool) -> None:
    """Check a configuration without running it.

    Every mistake is reported at once, each with its file and line. The chart is read; the corpus is
    not, and nothing is trained.
    """
    import json

    from jazzgram.config.check import load
    from jazzgram.config.files import locate
    from jazzgram.errors import ConfigError
    from jazzgram.resources.printable import printable

    try:
        checked = load(locate(config), settings, trust=trust, reads_chart=True)
    except ConfigError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"mistakes": error.mistakes, "warnings": []}, indent=1, ensure_ascii=False))
        raise SystemExit(2) from None
    if as_json:
        click.echo(json.dumps({"mistakes": [], "warnings": checked.warnings}, indent=1, ensure_ascii=False))
        return
    for warning in checked.warnings:
        click.echo(f"WARNING: {printable(warning)}", err=True)
    click.echo(
        f"{checked.path}: no mistakes; {len(checked.samplers)} sampler steps, {len(checked.chain)} chain steps,"
        f" {len(checked.writers)} writers\nnext: jazzgram run {printable(config)}"
    )
