"""Write the solo with its band as a sound file without loss, half the size of WAV (FLAC, 16 bits).

The solo stands over its own accompaniment, or over piano, walking bass and ride cymbal made from its changes, each at
its level: about -16 LUFS, no true peak above -1 dBFS.
Source: the project; levels after ITU-R BS.1770-5 (2023), ride pattern after Riley, "The Art of Bop Drumming" (1994).
"""

from __future__ import annotations

from pathlib import Path

from jazzgram import Solo, hookimpl

from ._audio import AudioOptions, write_audio


class Options(AudioOptions):
    """How `solo.flac` sounds."""


@hookimpl
def write_solo(solo: Solo, folder: Path, options: Options) -> list[Path]:
    """Write `solo.flac`.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()), Options())]
    ['solo.flac']
    """
    return write_audio(solo, folder, options, "flac")
