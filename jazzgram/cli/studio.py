"""``jazzgram studio``: a web page for editing chain, changes and seed, with playback."""

from __future__ import annotations

import os

import click

from jazzgram.cli import arguments


@click.command("studio")
@click.argument("config", metavar="[CONFIG]", default="blues")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="Where to listen (default: a free port)."
)
@arguments.settings
def command(config: str, port: int, settings: tuple[str, ...]) -> None:
    """Open a page to play with a configuration: change the chain and hear the new chorus.

    It listens on this computer only; the address that is shown has a token in it, without which nobody gets in.
    CONFIG (default: blues) says what is learned from. Ctrl-C stops.

    \b
    Examples:
      jazzgram studio
      jazzgram studio weimar --port 8800
      jazzgram studio blues --set model.use=markov
    """
    from jazzgram.config.files import locate
    from jazzgram.rendering.sound.requirements import need

    for module in ("starlette", "uvicorn"):
        need(module, "studio")
    from jazzgram.studio.serve import serve
    from jazzgram.studio.session import Session

    session = Session(locate(config), settings)
    over = serve(session, port, lambda address: click.echo(f"{address}\nOpen this address in a browser; Ctrl-C stops."))
    click.echo("\nThe studio is closed.", err=True)
    if not over:
        os._exit(0)  # a library in the midst of its work would end the program with an abort
