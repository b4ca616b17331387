"""Frozen dataclasses are those of the standard library, made sooner."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from jazzgram.resources import frozen


def _played(dataclass: Any, slots: bool) -> type:
    @dataclass(frozen=True, slots=slots)
    class Played:
        """A note as it was played."""

        pitch: int
        onset: float
        name: str = "C4"

        def __post_init__(self) -> None:
            if self.onset < 0:
                raise ValueError("before the music")

    return Played


@dataclasses.dataclass(frozen=True)
class _Bend:
    cents: int = dataclasses.field(default=0, compare=False)


@frozen.dataclass(frozen=True, slots=True)
class Struck:
    """At the top of the module, so that it can be pickled."""

    pitch: int
    bend: _Bend = _Bend(20)


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize(
    "use",
    [
        lambda cls: repr(cls(60, 0.5)),
        lambda cls: cls(60, 0.5) == cls(60, 0.5, "C4"),
        lambda cls: cls(60, 0.5) == cls(60, 0.5, "B#3"),
        lambda cls: cls(60, 0.5) == (60, 0.5, "C4"),
        lambda cls: hash(cls(60, 0.5)),
        lambda cls: str(inspect.signature(cls)),
        lambda cls: dataclasses.astuple(dataclasses.replace(cls(60, 0.5), name="B#3")),
        lambda cls: [(field.name, field.type, field.default) for field in dataclasses.fields(cls)],
        lambda cls: (cls.__match_args__, cls.__doc__, hasattr(cls(60, 0.5), "__dict__")),
        lambda cls: cls(60),
        lambda cls: cls(60, 0, "C4", 1),
        lambda cls: cls(60, -1),
        lambda cls: setattr(cls(60, 0.5), "pitch", 61),
        lambda cls: delattr(cls(60, 0.5), "pitch"),
    ],
)
def test_it_does_what_the_standard_library_does(use: Callable[[type], object], slots: bool) -> None:
    assert _outcome(use, _played(frozen.dataclass, slots)) == _outcome(use, _played(dataclasses.dataclass, slots))


def _outcome(use: Callable[[type], object], cls: type) -> tuple[str, object]:
    try:
        return "returns", use(cls)
    except (TypeError, ValueError, AttributeError) as error:
        return type(error).__name__, str(error)


def test_it_is_copied_and_pickled() -> None:
    note = Struck(62, _Bend(50))
    assert pickle.loads(pickle.dumps(note)) == copy.deepcopy(note) == note
    assert pickle.loads(pickle.dumps(note)).bend.cents == 50


def test_fields_that_are_more_than_a_default_are_those_of_the_standard_library() -> None:
    @frozen.dataclass(frozen=True, slots=True)
    class Line:
        notes: list[int] = dataclasses.field(default_factory=list)
        name: str = dataclasses.field(default="", compare=False, repr=False)

    assert Line([60], "a") == Line([60], "b") != Line()
    assert repr(Line()) == repr(Line()).partition("Line(")[0] + "Line(notes=[])"


def test_own_methods_are_kept() -> None:
    @frozen.dataclass(frozen=True)
    class Pitch:
        number: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Pitch) and self.number % 12 == other.number % 12

        def __hash__(self) -> int:
            return self.number % 12

    assert {Pitch(60), Pitch(72)} == {Pitch(48)}


def test_a_frozen_dataclass_may_inherit_from_it() -> None:
    @dataclasses.dataclass(frozen=True)
    class Bent(Struck):
        semitones: int = 0

    assert Bent(60, semitones=1) == Bent(60, _Bend(), 1) != Struck(60)
