"""Scores, rolls and sound of a solo, for writers.

Importing this package imports neither music21, matplotlib nor a synthesizer. Each name is imported when it is first
used; ``__init__.pyi`` lists them with their homes.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
