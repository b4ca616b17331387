"""``jazzgram studio``: a web page for editing chain, changes and seed, with playback."""

from __future__ import annotations

import os

import click

from jazzgram.cli import arguments


@click.command("studio")
@click.argument("config", metavar="[CONFIG]", default="weimar")
@click.option(
    "--port",
    type=arguments.Whole(0, 65535),
    default=0,
    metavar="PORT",
    help="The port of the server (default: a free one).",
)
@arguments.settings
def command(config: str, port: int, settings: tuple[str, ...]) -> None:
    """Start the studio: a web page for editing a configuration's chain, with the new chorus played at once.

    The server accepts connections from this computer only; the address that it prints has a token, without which it
    refuses requests. CONFIG (default: weimar) names corpus, tokenizer and model. Ctrl-C stops it.

    \b
    Examples:
      jazzgram studio
      jazzgram studio pitches --port 8800
      jazzgram studio blues --set model.use=markov
    """
    from jazzgram.config.files import locate
    from jazzgram.rendering.sound.requirements import need

    for module in ("starlette", "uvicorn"):
        need(module, "studio")
    from jazzgram.studio.serve import serve_studio
    from jazzgram.studio.session import Session

    session = Session(locate(config), settings)
    over = serve_studio(
        session, port, lambda address: click.echo(f"{address}\nOpen this address in a browser; Ctrl-C stops.")
    )
    click.echo("\nThe studio is closed.", err=True)
    if not over:
        os._exit(0)  # a library in the midst of its work would end the program with an abort
