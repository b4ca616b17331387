"""What token models share: datasets, conditioning, the loop over epochs, NumPy stepping, the model store.

Importing this package imports no training library. Each name is imported when it is first used; ``__init__.pyi`` lists
them with their homes.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
