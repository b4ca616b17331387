"""The working cache: what is costly to make, kept by the content of what made it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any


def cache_root() -> Path:
    """Give the cache folder: ``JAZZGRAM_CACHE`` where it is set, else the system's place for user caches."""
    named = os.environ.get("JAZZGRAM_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("jazzgram"))


def content_key(**parts: Any) -> str:
    """Hash JSON-able parts into a name of 32 hexadecimal digits; equal parts give equal names."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
