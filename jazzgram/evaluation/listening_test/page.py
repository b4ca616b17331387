"""The page of a listening test: one HTML file with its clips, the questions, and a CSV file to download."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from jazzgram.resources.templates import render


def test_name(clips: Sequence[bytes]) -> str:
    """Return the name of a test, a hash of its clips: ten hexadecimal digits that do not reveal the sources."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(clip).digest() for clip in clips))
    return digest.hexdigest()[:10]


def clip_names(count: int) -> list[str]:
    """Number clips from 1, all with as many digits."""
    return [f"{number:0{len(str(count))}}" for number in range(1, count + 1)]


def make_page(clips: Sequence[bytes]) -> str:
    """Write the page of a listening test.

    Parameters
    ----------
    clips : sequence of bytes
        MP3 files in the order of the test; at least one.

    Returns
    -------
    str
        HTML without external resources: script, style and sound are embedded.
    """
    content = {
        "test": test_name(clips),
        "clips": [
            {"name": name, "sound": "data:audio/mpeg;base64," + base64.b64encode(clip).decode("ascii")}
            for name, clip in zip(clip_names(len(clips)), clips, strict=True)
        ],
    }
    return render("jazzgram.evaluation.listening_test", "assets/page.html.jinja", content=content)
