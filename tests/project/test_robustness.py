"""Broken inputs of every kind, and commands that are killed; ``benchmarks/mutants.py`` and ``kills.py`` do more."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from robustness import attack, kills
from robustness.kinds import KINDS, Folder, InputKind
from robustness.trees import VALUES, edit_value

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_mutants_are_read_or_refused_in_a_line(
    kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = attack.attack(kind, 300, 3, tmp_path / "made")
    record_property("mutants", f"{kind}: {found.fine} read, {found.refused} refused, {found.past} past the first check")
    assert found.harm == []


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_read_and_mutants_differ(kind: str, tmp_path: Path) -> None:
    seeds = KINDS[kind].seeds(tmp_path / "made")
    if not seeds:
        pytest.skip("no examples here")
    made = [attack.mutant(kind, seeds, 1, number) for number in range(10)]
    assert made == [attack.mutant(kind, seeds, 1, number) for number in range(10)], "the same seed, the same mutants"
    assert sum(folder not in seeds for folder in made) > 7


def test_edits_do_not_change_the_values_that_they_insert() -> None:
    before = repr(VALUES)
    for seed in range(300):
        edit_value({"a": [[1], {}, [2]]}, Random(seed), 8)
    assert repr(VALUES) == before


@pytest.mark.timeout(60, method="thread")  # the alarm is the harness's
def test_what_hangs_or_raises_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness finds harm, so that a table without it says something."""
    monkeypatch.setattr(attack, "SECONDS", 1)
    before = signal.signal(signal.SIGALRM, attack._too_long)
    outcomes = {}
    for name, read in {"hangs": _hang, "fails": _fail, "names nothing": _name_nothing}.items():
        monkeypatch.setitem(KINDS, name, InputKind(lambda made: [{"a": b""}], _same, read, "a", ()))
        outcomes[name] = attack._outcome(name, tmp_path / "mutant", {"a": b""})
    signal.signal(signal.SIGALRM, before)
    assert {name: outcome for name, (outcome, _) in outcomes.items()} == dict.fromkeys(outcomes, "harm")
    assert outcomes["hangs"][1].startswith("longer than 1 s")


def _same(folder: Folder, rng: object, edits: int) -> Folder:
    return folder


def _hang(path: Path) -> None:
    while True:
        pass


def _fail(path: Path) -> None:
    raise KeyError("pitch")


def _name_nothing(path: Path) -> None:
    from jazzgram import JazzgramError

    raise JazzgramError("something is wrong")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", kills.COMMANDS)
def test_a_killed_command_is_made_good_by_the_next(command: str, tmp_path: Path) -> None:
    assert kills.attack(command, 2, 1, tmp_path).problems == []
