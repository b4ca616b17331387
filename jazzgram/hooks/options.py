"""Options: what a plugin lets its user set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """The base of every plugin's ``Options`` class: frozen, and nothing but the declared fields.

    Declare one field an option, each with a default, bounds, unit and description. The config check,
    ``jazzgram plugins show``, the JSON Schema and the documentation are all made from them.

    Attributes
    ----------
    renamed : mapping of str to str
        Old names of options, each with the new one. A configuration may still use an old name and gets a warning.

    Examples
    --------
    >>> from pydantic import Field
    >>> class Swing(Options):
    ...     ratio: float = Field(2.0, ge=1, le=4, description="Long to short eighth, 1 even.")
    >>> Swing(ratio=1.5)
    Swing(ratio=1.5)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    renamed: ClassVar[Mapping[str, str]] = {}
