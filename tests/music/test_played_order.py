"""The order in which notated bars are played: a letter is a bar, the signs around it are those of the page."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgram import JazzgramError
from jazzgram.music import MOST_BARS, RepeatMarks, follow_repeats

SIGNS = ("segno", "coda", "tocoda", "fine", "dacapo", "dalsegno")


def page(text: str) -> list[RepeatMarks]:
    """Read ``a |: b [1 c] :| [2 d || e(dacapo:fine)``.

    ``[n`` begins an ending, ``]`` closes it, ``||`` is a double bar, ``:|3`` is played three times, ``:|!`` after a da
    capo, too. ``(sign=label)`` follows its bar, ``(sign@0.5)`` says where in the bar, ``(jump:until)`` where to.
    """
    bars: list[RepeatMarks] = []
    forward, ending = False, None
    for word in text.split():
        if word == "|:":
            forward = True
        elif word == "||":
            bars[-1].double = True
        elif word[0] == ":":
            bars[-1].times, bars[-1].after_jump = int(re.sub(r"\D", "", word) or 2), word.endswith("!")
        elif word[0] == "[":
            ending = frozenset(map(int, word[1:].split(",")))
        else:
            bar = RepeatMarks(forward=forward, ending=ending, ending_stops="]" in word)
            for sign, until, position, label in re.findall(r"\((\w+)(?::(\w+))?(?:@([\d.]+))?(?:=(\w+))?\)", word):
                bar.sounds[sign] = label
                bar.until = until or bar.until
                if position:
                    bar.positions[sign] = float(position)
            bars.append(bar)
            forward, ending = False, None
    return bars


def names(text: str, indices: tuple[int, ...]) -> str:
    bars = [word[0] for word in text.split() if word[0].isalpha()]
    return "".join(bars[index] for index in indices)


@pytest.mark.parametrize(
    ("written", "played", "unplayed"),
    [
        # Brackets that close before the repeat sign.
        ("a [1 b] c :| [2 d] e", "abcade", ""),
        ("|: a [1 b] c :| [2 d] e f", "abcadef", ""),
        ("a [1 b] c :| d [2 e]", "abcade", ""),
        # Endings without a repeat sign: one follows the other.
        ("a [1 b] [2 c]", "abac", ""),
        ("a b [1 c d || [2 e f ||", "abcdabef", ""),
        ("a [1 b] [2 c] [3 d] e", "abacade", ""),
        # One that nothing leads back from is only a bracket.
        ("a [1 b] c d", "abcd", ""),
        ("a [1 b || c [2 d || e", "abcde", ""),
        ("a b [2 c] d", "abcd", ""),
        ("a [2 b :| c", "abac", ""),
        # Wrong numbers.
        ("a [1 b :| [3 c]", "abac", ""),
        ("a [2 b :| [2 c]", "abac", ""),
        ("a [1 b :| [1 c]", "abac", ""),
        ("a [1,2 b :| [2 c]", "ababac", ""),
        ("a [2 b :| [3 c :| [4 d]", "abacad", ""),
        ("a [1,3 b :| [2,4 c :| d", "abacabacd", ""),
        # Endings that are not adjacent.
        ("a [1 b :| c [2 d] e", "abacde", ""),
        ("|: a [1 b :| [2 c || d e(dacapo:3) || [3 f", "abacdeaf", ""),
        ("a [1 b || c d(dacapo:2) || [2 e ||", "abcdae", ""),
        ("a [1 b || c(dacapo) || [2 d ||", "abcad", ""),
        ("|: a [1 b :| [2 c || |: d [1 e :| [2 f(dacapo:3) || [3 g", "abacdedfag", ""),
        # What follows the ending that was asked for is played only where it was not yet.
        ("|: a [1 b :| [2 c || d(dacapo:2) ||", "abacdac", ""),
        ("|: a [1 b :| [2 c || d(dacapo:1) ||", "abacdab", ""),
        ("a [1 b || c(dacapo:2) || [2 d || e f", "abcadef", ""),
        ("|: a [1 b :| c || d(dacapo:2) ||", "abacdac", ""),
        # Of several endings the one with the sign that the jump leads to.
        ("|: a [1 b(fine) :| [2 c || d(dacapo:fine) ||", "abacdab", ""),
        ("|: a [1 b(tocoda) :| [2 c || d(dacapo:coda) || e(coda) ||", "abacdabe", ""),
        # What a jump leads to.
        ("a(fine) b(tocoda) c(dacapo:coda) d(coda)", "abcabd", ""),
        ("a(tocoda) b(fine) c(dacapo:fine) d(coda)", "abcab", "d"),
        ("a b(dacapo:fine) c", "ababc", ""),
        ("a(fine) b(dacapo:2)", "aba", ""),
        ("a(tocoda) b(dacapo) c(coda) d(dacapo:fine)", "abacdabcd", ""),
        # Repeats after a jump, where they are asked for.
        ("a :|! b(dacapo)", "aabaab", ""),
        ("|: a [1 b :|! [2 c] d(fine) e(dacapo)", "abacdeabacd", ""),
        # In time: a segno or coda at the end of a bar is the next one's, a to-coda at its start leaves before it.
        ("a(segno@1) b c(dalsegno)", "abcbc", ""),
        ("a b(tocoda@0) c(dacapo) d(coda)", "abcad", ""),
        ("a b(tocoda@0.75) c(dacapo) d(coda)", "abcabd", ""),
        ("a(tocoda) b(dacapo) c(coda@1) d", "abad", "c"),
        # A jump at the start of a bar is for its end, behind a double bar for the end of the bar before.
        ("a b(dacapo@0) c", "ababc", ""),
        ("a b || c(dacapo@0) d", "ababcd", ""),
        ("a || b(fine@0) c || d(dacapo:fine@0)", "abcda", ""),
        # Bars that nothing leads to.
        ("a(fine) b(dacapo) c d", "aba", "cd"),
        ("a(tocoda) b(dalsegno) c(coda)", "abc", ""),
    ],
)
def test_order(written: str, played: str, unplayed: str) -> None:
    order = follow_repeats(page(written))
    assert (names(written, order.bars), names(written, order.unplayed)) == (played, unplayed)


@pytest.mark.parametrize(
    ("written", "bars"),
    [
        ("a b(dalsegno) c", "b"),
        ("a(tocoda) b(dacapo)", "a"),
        ("a b(dacapo:fine) c", "b"),
        ("a [1 b :| [2 c] d(dacapo:4)", "d"),
        ("a(fine) b(dacapo:fine)", ""),
    ],
)
def test_jumps_with_nowhere_to_go_are_reported(written: str, bars: str) -> None:
    order = follow_repeats(page(written))
    assert names(written, order.unheeded) == bars
    assert len(order.dropped()) == len(bars)


def test_sections_in_an_order_of_their_own() -> None:
    written = "a :| b c [1 d :| [2 e] f"
    a, b = range(1), range(1, 5)
    order = follow_repeats(page(written), [a, b, a])
    assert (names(written, order.bars), names(written, order.unplayed)) == ("aabcdbceaa", "f")
    assert [(left.bars, left.notes) for left in order.dropped([1, 2, 3, 4, 5, 6])] == [(1, 6)]
    with pytest.raises(JazzgramError, match="more than the 20000 bars"):
        follow_repeats(page(written), [a] * MOST_BARS)


def test_what_asks_for_too_much_is_refused() -> None:
    with pytest.raises(JazzgramError, match="more than the 20000 bars"):
        follow_repeats([RepeatMarks(times=9999)] * 3)
    with pytest.raises(JazzgramError, match="more than the 20000 bars"):
        follow_repeats([RepeatMarks(ending=frozenset({number})) for number in range(1, 10_000)])


def scribble(seed: int, *, jumps: bool) -> list[RepeatMarks]:
    """Return bars with signs anywhere: what programs and people write by mistake is among it."""
    random = Random(seed)
    share = random.choice((0.05, 0.15, 0.3))

    def some() -> bool:
        return random.random() < share

    bars = []
    for _ in range(random.randint(1, 24)):
        bar = RepeatMarks(short=some(), forward=some(), double=some(), ending_stops=some(), after_jump=some())
        bar.times = random.randint(1, 4) if some() else 0
        bar.ending = frozenset(random.sample(range(1, 6), random.choice((1, 1, 1, 2, 3)))) if some() else None
        bar.sounds = {sign: random.choice(("", "1", "2")) for sign in SIGNS if jumps and some()}
        bar.positions = {sign: random.choice((0.0, 0.5, 1.0)) for sign in bar.sounds if some()}
        bar.until = random.choice(("", "fine", "coda", "1", "2", "3", "7"))
        bars.append(bar)
    return bars


@settings(max_examples=1000)
@given(st.integers(0, 2**32), st.booleans())
def test_played_and_never_played_are_all(seed: int, jumps: bool) -> None:
    bars = scribble(seed, jumps=jumps)
    try:
        order = follow_repeats(bars)
    except JazzgramError:
        assert all(1 not in (bar.ending or ()) for bar in bars)
        return
    assert sorted({*order.bars, *order.unplayed}) == list(range(len(bars)))
    assert not set(order.bars) & set(order.unplayed)
    assert len(order.bars) < MOST_BARS
    # Where nothing jumps, every bar is played, whatever the brackets are.
    assert jumps or not order.unplayed
