"""A plugin with its options, as a configuration names it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_serializer


class Use(BaseModel):
    """A plugin with its options, as a configuration names it.

    A model that is made of other models has an option of the type ``tuple[Use, ...]``. The engine finds and checks
    what it names when a configuration is loaded, writes every option of theirs out, builds them, and passes them to
    `build_model` as ``members``, in the order in which they are written.

    Parameters
    ----------
    use : str
        The plugin's name, or a path that ends in .py.
    options : dict of str to anything
        Its options; a configuration has them under ``with``.

    Examples
    --------
    >>> Use(use="markov", options={"order": 5}).model_dump()
    {'use': 'markov', 'with': {'order': 5}}
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)

    use: str = Field(description="The plugin's name, or a path that ends in .py, relative to this file.")
    options: dict[str, Any] = Field({}, alias="with", description="The plugin's options.")

    @model_serializer
    def _as_written(self) -> dict[str, Any]:
        return {"use": self.use, "with": self.options}
