"""Imports of the libraries for sound, which may be missing or lack a system library."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from jazzgram.errors import JazzgramError


def need(module: str, extra: str | None = None) -> Any:
    """Import a library.

    Parameters
    ----------
    module : str
        Its import name.
    extra : str or None
        The extra of jazzgram that installs it; None for a dependency of jazzgram itself.

    Raises
    ------
    JazzgramError
        Where it is not installed or cannot be loaded, with the command that adds it.
    """
    try:
        return import_module(module)
    except ImportError:
        package = module if extra is None else f"'jazzgram[{extra}]'"
        raise JazzgramError(f"{module} is not installed; add it with: pip install {package}") from None
    except OSError as error:  # a wheel without the system's library beneath it
        raise JazzgramError(f"{module} cannot be loaded here: {' '.join(str(error).split())}") from None
