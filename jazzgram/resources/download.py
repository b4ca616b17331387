"""Downloads: a file is fetched within limits of size and time, resumed where it broke off, and checked before use.

The unfinished file has a name that begins with `jazzgram.resources.atomic.UNFINISHED` and the checksum's first digits.
It is removed where the download fails; after a kill it stays, and the next download goes on from its end.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from jazzgram.resources.atomic import UNFINISHED

if TYPE_CHECKING:
    from requests import Response

MOST_BYTES = 4_000_000_000
"""Bytes that a download may have where its size is not registered, unpacked where the server compresses it."""
_TIMEOUT = 5.0
"""Seconds without an answer after which a server counts as unreachable."""
_LONGEST = 3600.0
"""Seconds that a download may take."""
_IDLE = 15.0
"""Seconds after which an unfinished file is one that a killed process left: a living one writes to it, or gives up."""
_ATTEMPTS = 2
_PIECE = 1 << 16


class _Failed(Exception):
    """A download failed for a reason that another attempt may not meet."""


class _Refused(Exception):
    """A download failed for a reason that stays."""


def download(url: str, file: Path, sha256: str, most: int = MOST_BYTES) -> str:
    """Fetch a file.

    Parameters
    ----------
    url : str
        Its address.
    file : Path
        Where it goes when it is whole; its folder is made.
    sha256 : str
        The checksum of its content.
    most : int
        The bytes that it may have.

    Returns
    -------
    str
        The reason why it failed; empty where it did not.
    """
    part = file.with_name(f"{UNFINISHED}{sha256[:8]}{os.urandom(4).hex()}{file.suffix}")
    deadline = time.monotonic() + _LONGEST
    reason = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _take_over(part)
        for _ in range(_ATTEMPTS):
            try:
                _fetch(url, part, most, deadline)
                if sha256_of(part) == sha256:
                    os.replace(part, file)
                    return ""
                part.unlink()
                reason = f"what came from there has another sha256 than {sha256}"
            except _Failed as failure:
                reason = str(failure)
    except _Refused as refusal:
        reason = str(refusal)
    except OSError as error:
        reason = f"{file.parent} cannot be written ({error.strerror or error})"
    with suppress(OSError):
        part.unlink(missing_ok=True)
    return reason


def _take_over(part: Path) -> None:
    """Go on with the largest file that a killed process left unfinished, and remove the others."""
    left = []
    for other in part.parent.glob(f"{part.name[: len(UNFINISHED) + 8]}*"):
        with suppress(OSError):
            status = other.stat()
            if time.time() - status.st_mtime > _IDLE:
                left.append((status.st_size, other))
    for _, other in sorted(left, reverse=True):
        with suppress(OSError):  # another process was faster
            if part.exists():
                other.unlink()
            else:
                other.rename(part)


def _resolve(url: str) -> None:
    """Look up the server's name, which takes a hundredth of the time of importing requests: often there is no network.

    Behind a proxy names are the proxy's to look up; elsewhere than on Linux the system may have one.
    """
    if sys.platform != "linux" or any(name.lower().endswith("_proxy") for name in os.environ):
        return
    try:
        socket.getaddrinfo(urlsplit(url).hostname, None)
    except OSError as error:
        raise _Failed(f"no connection to the server ({error.strerror})") from None


def _fetch(url: str, part: Path, most: int, deadline: float) -> None:
    """Append to the unfinished file what it lacks; begin anew where the server sends all of it."""
    _resolve(url)
    import requests

    begun = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
            if begun and response.status_code == 416:  # nothing follows: it is whole, or not the right one
                return
            response.raise_for_status()
            with part.open("ab" if _resumes(response, begun) else "wb") as file:
                _copy(response, file, most, deadline)
    except requests.HTTPError as error:
        raise _Failed(f"the server answered {str(error).partition(' for url')[0]}") from None
    except requests.Timeout:
        raise _Failed(f"the server did not answer within {_TIMEOUT:g} seconds") from None
    except requests.exceptions.SSLError:
        raise _Failed("the server's certificate is not valid") from None
    except requests.ConnectionError as error:
        raise _Failed(f"no connection to the server{_cause(error)}") from None
    except requests.RequestException as error:
        raise _Failed(" ".join(str(error).split())[:300]) from None


def _copy(response: Response, file: BinaryIO, most: int, deadline: float) -> None:
    """Copy an answer; what comes first is written first, so that a slow server meets the deadline."""
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    announced = response.headers.get("Content-Length", "")
    size = file.tell()
    expected = size + int(announced) if announced.isdigit() and "Content-Encoding" not in response.headers else None
    if expected is not None and expected > most:
        raise _Refused(f"it has {expected:,} bytes, more than the {most:,} that were expected")
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            size += len(piece)
            if size > most:
                raise _Refused(f"it has more than the {most:,} bytes that were expected")
            if time.monotonic() > deadline:
                raise _Refused(f"it was not complete after {_LONGEST:g} seconds")
            file.write(piece)
    except ReadTimeoutError:
        raise _Failed(f"the server did not answer within {_TIMEOUT:g} seconds") from None
    except HTTPError:
        raise _Failed("the connection broke off") from None
    if expected is not None and size < expected:
        raise _Failed("the connection broke off")


def _resumes(response: Response, begun: int) -> bool:
    """Check whether an answer begins where the unfinished file ends, and is not compressed."""
    span = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    plain = "Content-Encoding" not in response.headers
    return response.status_code == 206 and plain and span is not None and int(span[1]) == begun


def _cause(error: BaseException) -> str:
    """Return the system's reason in parentheses, such as an unknown name; empty where there is none."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return f" ({seen.strerror})"
        seen = seen.__cause__ or seen.__context__
    return ""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits; raise OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
