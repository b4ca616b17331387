"""What metrics share: measuring many solos, the numbers of real ones, and indexes that find what a line copies.

The evaluations themselves are commands (``jazzgram evaluate``, ``bakeoff``, ``ablation``). Each name is imported when
it is first used; ``__init__.pyi`` lists them with their homes.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
