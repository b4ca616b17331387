"""The libraries that sound needs, which may be missing or have no system library beneath them."""

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
        The extra of jazzgram that installs it; None where it should have come with jazzgram.

    Raises
    ------
    JazzgramError
        Where it is not installed or cannot be loaded, with the command that adds it.
    """
    try:
        return import_module(module)
    except ImportError:
        wanted = module if extra is None else f"'jazzgram[{extra}]'"
        raise JazzgramError(f"{module} is not installed; add it with: pip install {wanted}") from None
    except OSError as error:  # a wheel without the system's library beneath it
        raise JazzgramError(f"{module} cannot be loaded here: {' '.join(str(error).split())}") from None
