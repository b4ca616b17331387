"""The content-addressed cache: results that are costly to make, by a hash of all that decides them."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any


def cache_root() -> Path:
    """Return the cache folder: ``JAZZGRAM_CACHE`` where it is set, else the system's place for user caches."""
    named = os.environ.get("JAZZGRAM_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("jazzgram"))


def content_key(**parts: Any) -> str:
    """Hash JSON-able parts into a name of 32 hexadecimal digits; equal parts have equal names."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
