"""Open Sound Control: cues as UDP datagrams, by python-osc."""

from __future__ import annotations

from contextlib import suppress

from jazzgram.errors import JazzgramError
from jazzgram.live.cues import Cue


class Osc:
    """Send cues to a program.

    Parameters
    ----------
    to : str
        Its host and port, ``127.0.0.1:9000``.

    Raises
    ------
    JazzgramError
        One line, where python-osc is not installed or there is no such host.
    """

    def __init__(self, to: str) -> None:
        try:
            from pythonosc.udp_client import SimpleUDPClient
        except ImportError:
            raise JazzgramError('OSC needs python-osc: pip install "jazzgram[live]"') from None
        host, _, port = to.rpartition(":")
        try:
            self._client = SimpleUDPClient(host.strip("[]"), int(port))
        except (OSError, UnicodeError) as error:  # a name with a label that is too long is no Unicode to Python
            reason = getattr(error, "strerror", None) or error
            raise JazzgramError(f"live.osc: {to}: no such host ({reason})") from None

    def send(self, cue: Cue) -> None:
        """Send a cue; nobody need receive it."""
        address, arguments = cue
        with suppress(OSError):  # nobody listens there now: the music goes on
            self._client.send_message(address, arguments)
