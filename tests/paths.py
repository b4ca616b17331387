"""Where the repository and the development data lie."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JAZZGRAM_SHARED", ROOT.parent / "shared"))
"""Reference behaviour and real solos; may be absent."""
