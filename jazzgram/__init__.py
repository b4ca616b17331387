"""Machine improvisation whose every stage is a plugin.

Everything a plugin author needs is here: the hook marker, the values and the options' base class. Each name is imported
when it is first used, so that ``jazzgram --help`` needs neither numpy nor pydantic; ``__init__.pyi`` lists them with
their homes.
"""

from __future__ import annotations

import lazy_loader

from jazzgram.resources.attached import attach

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

# The methods of values that a layer above does the work of: here alone the way goes upwards.
attach(
    {
        "Solo.show": "jazzgram.pages.notebook:show",
        "Solo.save": "jazzgram.pipeline.save:save_solo",
        "Solo.play": "jazzgram.pages.notebook:play",
        "Solo._repr_html_": "jazzgram.pages.tables:solo_picture",
        "Corpus._repr_html_": "jazzgram.pages.tables:corpus_table",
        "Trace._repr_html_": "jazzgram.pages.tables:trace_table",
        "Pipeline.run": "jazzgram.pages.run:run_and_write",
    }
)
