"""The kit for plugin authors: small music, hypothesis strategies, and the contract as a check.

In a plugin's own tests::

    from jazzgram.testing import check_plugin
    import my_plugin

    def test_it_keeps_the_contract():
        check_plugin(my_plugin)

The strategies need hypothesis, which is imported when they are first called. Each name is imported when it is first
used; ``__init__.pyi`` lists them with their homes.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
