"""Files that users name: what cannot be read to its end, a pipe or a device, is refused before it is opened."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def plain(path: Path) -> Path:
    """Return a path that can be opened; opening a pipe might wait forever, and a device might never end.

    Raises
    ------
    OSError
        Where it is a pipe, a device or a socket, or cannot be looked at. A folder is for whoever opens it.

    Examples
    --------
    >>> plain(Path("/dev/null"))
    Traceback (most recent call last):
    OSError: [Errno 22] is a device (expected a file; save its content as one): '/dev/null'
    """
    kind = _KINDS.get(stat.S_IFMT(path.stat().st_mode))
    if kind is not None:
        raise OSError(errno.EINVAL, f"is {kind} (expected a file; save its content as one)", str(path))
    return path
