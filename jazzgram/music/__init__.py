"""Theory and notation: intervals, spelling, scales as deepjazz derives them, chord names, lead sheets, repeats, rhythm.

The values (`Note`, `Chord`, `Bar` …) and the harmony that most steps need (`chord_scale`, `nearest_pitch`, `retuned`,
`parse_symbol`, `voicing`) are names of `jazzgram` itself; here is the rest, for readers, tokenizers and writers.
Each name is imported when it is first used; ``__init__.pyi`` lists them with their homes.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
