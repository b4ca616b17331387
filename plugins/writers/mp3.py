"""Write the solo with its band as a compressed sound file for any player (MP3).

The solo is mixed with its own accompaniment, or with piano, walking bass and ride cymbal generated from its changes:
about -16 LUFS, no true peak above -1 dBFS.
Source: the project; levels after ITU-R BS.1770-5 (2023), ride pattern after Riley, "The Art of Bop Drumming" (1994).
"""

from __future__ import annotations

from ._audio import CodedOptions, audio_writer


class Options(CodedOptions):
    """How `solo.mp3` sounds."""


write_solo = audio_writer("mp3")
