"""Options: what a plugin lets its user set."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """The base of every plugin's ``Options`` class: frozen, and nothing but the declared fields.

    Declare one field an option, each with a default, bounds, unit and description. The config check,
    ``jazzgram plugins show``, the JSON Schema and the documentation are all made from them.

    Examples
    --------
    >>> from pydantic import Field
    >>> class LowNotes(Options):
    ...     below: int = Field(50, ge=0, le=127, description="Remove notes under this MIDI number.")
    >>> LowNotes(below=52)
    LowNotes(below=52)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
