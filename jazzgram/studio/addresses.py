"""The addresses at which a studio is reached: from this computer, or from a phone in the same network."""

from __future__ import annotations

import io
import ipaddress
import socket
from contextlib import suppress

LOOPBACK = "127.0.0.1"
_ELSEWHERE = {socket.AF_INET: "10.255.255.255", socket.AF_INET6: "fd00::1"}
"""An address beyond this computer: which of its own it would use for it, the system says without sending anything."""


def family_of(host: str) -> socket.AddressFamily:
    """Return the family of the address that `host` is or stands for.

    Raises
    ------
    OSError
        Where no address is found for that name.
    """
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]


def is_local(host: str) -> bool:
    """Check whether only this computer reaches a server that listens at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_any(host: str) -> bool:
    """Check whether a host stands for all addresses of this computer (``0.0.0.0``, ``::``)."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def reached_at(host: str) -> tuple[str, ...]:
    """Return the hosts under which a server that listens at `host` is reached, the likeliest first; never empty.

    For all addresses (``0.0.0.0``, ``::``) these are the addresses of this computer in its networks.

    Examples
    --------
    >>> reached_at("192.168.1.10")
    ('192.168.1.10',)
    """
    if not is_any(host):
        return (host,)
    family = family_of(host)
    found = []
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((_ELSEWHERE[family], 9))
        found.append(str(probe.getsockname()[0]))
    with suppress(OSError):  # a computer may not know its own name
        found += [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, family)]
    return tuple(dict.fromkeys(each for each in found if not is_local(each))) or (LOOPBACK,)


def netloc(host: str, port: int) -> str:
    """Return host and port as an address in a browser has them, and as its *Host* header does.

    Examples
    --------
    >>> netloc("192.168.1.10", 8800), netloc("fd00::2", 8800)
    ('192.168.1.10:8800', '[fd00::2]:8800')
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}".lower()


def qr_code(address: str, *, coloured: bool) -> str:
    """Draw an address as a QR code of half blocks, two rows of modules a line.

    Parameters
    ----------
    address : str
        What a camera reads.
    coloured : bool
        Whether to set white and black, or the code is inverted where the terminal writes black on white.
    """
    import segno

    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, border=2, compact=True)
    lines = drawn.getvalue().splitlines()
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" if coloured else line for line in lines)
