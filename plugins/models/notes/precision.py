"""The precision of the matrix products of training: which one `auto` is on this machine.

Source: BF16 in AVX-512 and AMX, Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1 (2023), chapters
15 and 18; the flags are those of Linux's ``/proc/cpuinfo``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Precision = Literal["float32", "bfloat16"]

_FLAGS = {"avx512_bf16", "amx_bf16"}
"""Of processors that multiply in bfloat16; elsewhere TensorFlow does it in software, much slower."""


def fastest_precision(processors: Path = Path("/proc/cpuinfo")) -> Precision:
    """Return bfloat16 where the processor multiplies in it; else, and where nothing is known of it, float32."""
    try:
        lines = processors.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "float32"
    flags = {flag for line in lines if line.startswith("flags") for flag in line.partition(":")[2].split()}
    return "bfloat16" if flags & _FLAGS else "float32"
