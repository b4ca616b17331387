"""Frozen dataclasses, made in a third of the time.

The standard library writes each method of a dataclass as text and compiles it alone: half a millisecond for a frozen
class with slots, and a run imports a hundred of them. Python 3.13 compiles all at once. For earlier ones so does
`dataclass` here, and only what depends on the fields and is called often; finding the fields is left to the standard
library.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 13):
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool = False) -> Callable[[type], type]:
        """Return what `dataclasses.dataclass` does for a frozen class that inherits from no other dataclass."""
        assert frozen
        as_ever = dataclasses.dataclass(frozen=True, slots=slots)

        def made(cls: type) -> type:
            own = {name for name, value in vars(cls).items() if value is not None}  # with __eq__, __hash__ is None
            if any(isinstance(value, dataclasses.Field) for value in vars(cls).values()):
                return as_ever(cls)
            cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            cls.__dataclass_params__.frozen = True  # for those that inherit from it
            methods = _compiled(cls) | _SHARED | (_PICKLED if slots else {})
            for name in methods.keys() - own:
                setattr(cls, name, methods[name])
            return cls

        return made


def _compiled(cls: type) -> dict[str, Callable[..., Any]]:
    fields = dataclasses.fields(cls)
    names = [field.name for field in fields]
    sets = "\n ".join([f"_set(self, {name!r}, {name})" for name in names])
    ready = "self.__post_init__()" if hasattr(cls, "__post_init__") else ""
    mine, other = ("".join([f"{each}.{name}, " for name in names]) for each in ("self", "other"))
    methods: dict[str, Any] = {}
    exec(
        f"def __init__(self, {', '.join(names)}):\n {sets}\n {ready}\n"
        f"def __eq__(self, other):\n"
        f" return ({mine}) == ({other}) if other.__class__ is self.__class__ else NotImplemented\n"
        f"def __hash__(self):\n return hash(({mine}))\n",
        {"_set": object.__setattr__},
        methods,
    )
    methods["__init__"].__defaults__ = tuple(f.default for f in fields if f.default is not dataclasses.MISSING)
    methods["__init__"].__annotations__ = {**{field.name: field.type for field in fields}, "return": None}
    for name, method in methods.items():
        method.__qualname__, method.__module__ = f"{cls.__qualname__}.{name}", cls.__module__
    return methods


def _repr(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_SHARED = {"__repr__": _repr, "__setattr__": _refuse, "__delattr__": _refuse}
_PICKLED = {"__getstate__": _state, "__setstate__": _restore}
"""An unpickled value is set by state, since setting its attributes is refused."""
