"""``jazzgram play``: play a file or a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jazzgram.rendering.sound.encode import Samples

_SOUNDS = (".wav", ".flac", ".ogg", ".mp3")


@click.command("play")
@click.argument("path", metavar="FILE_OR_RUN", type=click.Path(path_type=Path))
@click.option(
    "--soundfont", metavar="FILE_OR_NAME", help="The soundfont (default: JAZZGRAM_SOUNDFONT, else the sound bank)."
)
def command(path: Path, soundfont: str | None) -> None:
    """Play a MIDI file, a sound file, or the solo in the folder of a run. Ctrl-C stops.

    \b
    Examples:
      jazzgram play out/blues
      jazzgram play solo.mp3
    """
    from jazzgram.rendering.sound.device import check_device, play_samples

    file = _file(path)
    check_device(f"write a file instead: jazzgram render {file}")
    samples, rate = _sound(file, soundfont)
    click.echo(f"{file}  ({len(samples) / rate:.0f} s; Ctrl-C stops)")
    play_samples(samples, rate)


def _file(path: Path) -> Path:
    """Return the file to play: the run's MIDI file, which uses the soundfont, else a sound file."""
    from jazzgram.errors import JazzgramError

    if path.is_dir():
        for ending in (".mid", *_SOUNDS):
            if (file := path / f"solo{ending}").is_file():
                return file
        raise JazzgramError(f"{path}: no solo.mid in this folder; name a MIDI or sound file, or the folder of a run")
    if not path.is_file():
        raise JazzgramError(f"{path}: there is no such file or folder")
    return path


def _sound(file: Path, soundfont: str | None) -> tuple[Samples, int]:
    from jazzgram.errors import JazzgramError
    from jazzgram.rendering.sound.master import master
    from jazzgram.rendering.sound.midi_file import render_file
    from jazzgram.rendering.sound.player import RATE
    from jazzgram.rendering.sound.requirements import need
    from jazzgram.rendering.sound.soundfonts import find_instruments

    if file.suffix.lower() not in _SOUNDS:
        instruments = find_instruments(soundfont, lambda message: click.echo(f"WARNING: {message}", err=True))
        return master(render_file(file, instruments), RATE), RATE
    try:
        return need("soundfile").read(file, dtype="float32", always_2d=True)  # type: ignore[no-any-return]
    except RuntimeError as error:
        raise JazzgramError(f"{file}: cannot be played ({' '.join(str(error).split())})") from None
