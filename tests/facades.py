"""The facades: the modules that are the public API, as the documentation lists them."""

from __future__ import annotations

import importlib
import sys

from paths import ROOT

sys.path.insert(0, str(ROOT / "docs"))
try:
    FACADES: dict[str, str] = importlib.import_module("make_pages.docstrings").FACADES
finally:
    sys.path.remove(str(ROOT / "docs"))
