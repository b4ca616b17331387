"""Write the solo with its band as a small sound file (Ogg Vorbis).

The solo stands over its own accompaniment, or over piano, walking bass and ride cymbal made from its changes, each at
its level: about -16 LUFS, no true peak above -1 dBFS.
Source: the project; levels after ITU-R BS.1770-5 (2023), ride pattern after Riley, "The Art of Bop Drumming" (1994).
"""

from __future__ import annotations

from pathlib import Path

from jazzgram import Solo, hookimpl

from ._audio import CodedOptions, write_audio


class Options(CodedOptions):
    """How `solo.ogg` sounds."""


@hookimpl
def write_solo(solo: Solo, folder: Path, options: Options) -> list[Path]:
    """Write `solo.ogg`.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()), Options())]
    ['solo.ogg']
    """
    return write_audio(solo, folder, options, "ogg")
