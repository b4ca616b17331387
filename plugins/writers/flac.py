"""Write the solo with its band as a sound file without loss, half the size of WAV (FLAC, 16 bits).

The solo stands over its own accompaniment, or over piano, walking bass and ride cymbal made from its changes, each at
its level: about -16 LUFS, no true peak above -1 dBFS.
Source: the project; levels after ITU-R BS.1770-5 (2023), ride pattern after Riley, "The Art of Bop Drumming" (1994).
"""

from __future__ import annotations

from ._audio import AudioOptions, audio_writer


class Options(AudioOptions):
    """How `solo.flac` sounds."""


write_solo = audio_writer("flac")
