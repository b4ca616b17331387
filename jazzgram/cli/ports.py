"""``jazzgram ports``: the MIDI ports of this machine."""

from __future__ import annotations

import click


@click.command("ports")
def command() -> None:
    """List the MIDI ports that 'jazzgram trade' can be played from and can play to.

    Needs python-rtmidi: pip install "jazzgram[live]".
    """
    from jazzgram.live.ports import port_names

    for title, names in zip(("in", "out"), port_names(), strict=True):
        click.echo(f"{title}:")
        for name in names or ["(none)"]:
            click.echo(f"  {name}")
