"""Machine improvisation whose every stage is a plugin.

Everything a plugin author needs is here: the hook marker, the values and the options' base class. Each name is imported
when it is first used, so that ``jazzgram --help`` needs neither numpy nor pydantic; ``__init__.pyi`` lists them with
their homes.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
