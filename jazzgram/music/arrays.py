"""Types of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""An array of floats in double precision."""
Ints = NDArray[np.int64]
"""An array of whole numbers."""
Flags = NDArray[np.bool_]
"""An array of truth values."""
Float32s = NDArray[np.float32]
"""An array of floats in single precision."""
Int32s = NDArray[np.int32]
"""An array of whole numbers of 32 bits."""
