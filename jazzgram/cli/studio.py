"""``jazzgram studio``: a web page for editing chain, changes and seed, with playback."""

from __future__ import annotations

import os
import sys

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
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="The address to listen at: 0.0.0.0 lets a phone or tablet in the same network open the page, by a QR code.",
)
@click.option("--open/--no-open", "open_page", default=True, show_default=True, help="Open it in the browser.")
@arguments.settings
def command(config: str, port: int, host: str, open_page: bool, settings: tuple[str, ...]) -> None:
    """Start the studio: a web page for editing a configuration's chain, with the new chorus played at once.

    It opens in the browser where there is one. The server accepts connections from this computer only, unless --host
    names another address; the address that it prints has a token, without which it refuses requests. CONFIG (default:
    weimar) names corpus, tokenizer and model. Ctrl-C stops it.

    \b
    Examples:
      jazzgram studio
      jazzgram studio pitches --port 8800
      jazzgram studio blues --set model.use=markov
      jazzgram studio --host 0.0.0.0
    """
    from jazzgram.cli.browser import open_in_browser
    from jazzgram.config.files import locate
    from jazzgram.rendering.sound.requirements import need

    for module in ("starlette", "uvicorn", "wsproto", "segno", "ruamel.yaml"):
        need(module, "studio")
    from jazzgram.studio.addresses import is_local
    from jazzgram.studio.serve import serve_studio
    from jazzgram.studio.session import Session

    session = Session(locate(config), settings)

    def ready(address: str, once: str) -> None:
        opened = open_page and open_in_browser(once)
        what = "It opens in the browser;" if opened else "Open this address in a browser;"
        click.echo(address)
        if not is_local(host):
            _print_invitation(address, host)
        click.echo(f"{what} Ctrl-C stops.")

    over = serve_studio(session, port, ready, host)
    click.echo("\nThe studio is closed.", err=True)
    if not over:
        os._exit(0)  # a library in the midst of its work would end the program with an abort


def _print_invitation(address: str, host: str) -> None:
    """Print the address as a QR code, where the output has its characters, and who else can open it."""
    from urllib.parse import urlsplit

    from jazzgram.studio.addresses import LOOPBACK, is_any, netloc, qr_code

    if is_any(host):  # in a container the other address is the container's
        parts = urlsplit(address)
        click.echo(f"On this computer also: {parts._replace(netloc=netloc(LOOPBACK, parts.port or 80)).geturl()}")

    if (sys.stdout.encoding or "").lower().replace("-", "") == "utf8":
        click.echo(qr_code(address, coloured=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    click.echo(
        "A phone or tablet in the same network opens it with its camera. The page is not encrypted: whoever can read"
        " this network can use the studio; take 127.0.0.1 where you do not trust it."
    )
