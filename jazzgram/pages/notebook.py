"""Display and playback of solos, in a notebook or in a terminal."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64encode
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jazzgram.errors import JazzgramError

if TYPE_CHECKING:
    from jazzgram.music.solo import Solo

View = Literal["score", "roll"]

_KBITS = 64
"""Bitrate of the sound that a notebook stores: about 0.6 MB a minute."""


def in_notebook() -> bool:
    """Return whether the code runs in a notebook (Jupyter, Colab, VS Code), which shows pictures and sound."""
    ipython = sys.modules.get("IPython")  # imported by every kernel long before us; a terminal need not have it
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def show(solo: Solo, view: View | None = None) -> None:
    """Show a solo; see `jazzgram.Solo.show`."""
    if view not in (None, "score", "roll"):
        raise JazzgramError(f"a solo can be shown as 'score' or as 'roll', not as {view!r}")
    if in_notebook():
        _display(_tag(solo, view or "score"))
    elif view is None:
        from jazzgram.rendering.text_roll import solo_roll

        print(solo_roll(solo))
    else:
        _open(solo, view)


def play(solo: Solo, soundfont: str | None = None) -> None:
    """Play a solo with its band; see `jazzgram.Solo.play`."""
    from jazzgram.rendering.sound.device import check_device, play_samples
    from jazzgram.rendering.sound.encode import encode
    from jazzgram.rendering.sound.master import master
    from jazzgram.rendering.sound.player import RATE
    from jazzgram.rendering.sound.render import render_solo
    from jazzgram.rendering.sound.soundfonts import find_instruments

    page = in_notebook()
    if not page:
        check_device("in a notebook solo.play() shows a player; on the disk, write: [mp3] makes a file")
    instruments = find_instruments(soundfont, lambda message: print(f"WARNING: {message}", file=sys.stderr))
    samples = master(render_solo(solo, instruments), RATE)
    if page:
        sound = b64encode(encode(samples, RATE, "mp3", _KBITS)).decode()
        label = escape(f"Recording of {solo.title}", quote=True)
        _display(f'<audio controls aria-label="{label}" src="data:audio/mpeg;base64,{sound}"></audio>')
    else:
        play_samples(samples, RATE)


def _display(html: str) -> None:
    display: Any = import_module("IPython.display")
    display.display(display.HTML(html))


def _tag(solo: Solo, view: View) -> str:
    from jazzgram.pages.tables import picture_tag, solo_picture

    if view == "roll":
        return solo_picture(solo)
    return picture_tag(_svg(solo), "image/svg+xml", f"Lead sheet of {solo.title}, {solo.bars} bars")


def _svg(solo: Solo) -> bytes:
    from jazzgram.rendering.score import lead_sheet_svg

    return lead_sheet_svg(solo).encode()


def _open(solo: Solo, view: View) -> None:
    """Write a picture, open it in the browser and print its path."""
    import webbrowser

    from jazzgram.rendering.piano_roll import roll_png

    ending, content = (".svg", _svg(solo)) if view == "score" else (".png", roll_png(solo))
    with tempfile.NamedTemporaryFile(prefix="jazzgram-", suffix=ending, delete=False) as file:
        file.write(content)
    path = Path(file.name)
    webbrowser.open(path.as_uri())
    print(path)
