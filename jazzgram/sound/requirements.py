"""The optional libraries that sound needs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from jazzgram.errors import JazzgramError


def need(module: str, extra: str = "sound") -> Any:
    """Import an optional library.

    Parameters
    ----------
    module : str
        Its import name.
    extra : str
        The extra of jazzgram that installs it.

    Raises
    ------
    JazzgramError
        Where it is not installed or cannot be loaded, with the command that adds it.
    """
    try:
        return import_module(module)
    except ImportError:
        raise JazzgramError(f"{module} is not installed; add it with: pip install 'jazzgram[{extra}]'") from None
    except OSError as error:  # a wheel without the system's library beneath it
        raise JazzgramError(f"{module} cannot be loaded here: {' '.join(str(error).split())}") from None
