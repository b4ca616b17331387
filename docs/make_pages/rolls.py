"""What a step of the chain does to three bars, drawn as piano rolls."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jazzgram import Grammar, Note, Term
from jazzgram.cli.plugins import before_and_after as text_rolls
from jazzgram.cli.plugins import step_example
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.note_names import pitch_name
from jazzgram.testing import BAR, TWO_FIVE_ONE

_LEFT, _WIDTH, _ROW, _TOP = 34, 720, 8, 16
_PER_TICK = (_WIDTH - _LEFT) / (len(TWO_FIVE_ONE) * BAR)


def before_and_after(plugin: Plugin) -> str:
    """Show what a plugin with its default options makes of the test kit's three bars.

    Returns
    -------
    str
        Two drawings (SVG): of terms for `prune_grammar`, piano rolls for `prune_notes` and `clean_up_notes`; a roll of
        characters for an accompanist, and with log weights for a critic; empty for other plugins.
    """
    if {"accompany", "score_bar"} & set(plugin.hooks):
        return f"```text\n{text_rolls(plugin)}\n```"
    example = step_example(plugin)
    if example is None:
        return ""
    hook, before, after = example
    return _terms(before, after) if hook == "prune_grammar" else _rolls(before, after)


def _terms(before: Grammar, after: Grammar) -> str:
    """Draw terms as boxes as long as they last, with their kinds."""
    if before == after:
        return "With its defaults it leaves the terms of the test kit's three bars as they are.\n"
    old = {term.origin: term for bar in before for term in bar}
    panels = []
    for label, grammar in (("before", before), ("after", after)):
        boxes = []
        for number, bar in enumerate(grammar):
            onset = number * BAR
            for term in bar:
                fate = "added" if term.origin not in old else "kept" if old[term.origin] == term else "changed"
                boxes.append(_box(term, onset, fate))
                onset += term.duration
        panels.append(_panel(label, _barlines(_TOP + 22) + "".join(boxes), _TOP + 22))
    says = "C chord tone, S scale tone, A approach tone, X other, R rest"
    return _figure(panels, f"{_counted(*_fates(_flat(before), _flat(after)))} ({says})")


def _flat(grammar: Grammar) -> list[Term]:
    return [term for bar in grammar for term in bar]


def _box(term: Term, onset: int, fate: str) -> str:
    width = max(2.0, term.duration * _PER_TICK - 1)
    x = _x(onset) + 0.5
    rest = " rest" if term.is_rest else ""
    return (
        f'<g><title>{escape(str(term))}</title><rect class="{fate}{rest}" x="{x:.1f}" y="{_TOP + 2}" '
        f'width="{width:.1f}" height="18" rx="2"/><text class="kind" x="{x + width / 2:.1f}" y="{_TOP + 14}">'
        f"{escape(term.category)}</text></g>"
    )


def _fates(before: Sequence[Note | Term], after: Sequence[Note | Term]) -> tuple[list[str], list[str]]:
    """Return whether each element before is kept, changed or removed, and whether each element after is added."""
    old = {element.origin: element for element in before}
    new = {element.origin: element for element in after}
    was = [
        "removed" if element.origin not in new else "kept" if new[element.origin] == element else "changed"
        for element in before
    ]
    now = [
        "added" if element.origin not in old else "kept" if old[element.origin] == element else "changed"
        for element in after
    ]
    return was, now


def _counted(was: list[str], now: list[str]) -> str:
    counts = {"removed": was.count("removed"), "added": now.count("added"), "changed": was.count("changed")}
    return ", ".join(f"{count} {fate}" for fate, count in counts.items() if count)


def _rolls(before: Sequence[Note], after: Sequence[Note]) -> str:
    was, now = _fates(before, after)
    if not _counted(was, now):
        return "With its defaults it leaves the notes of the test kit's three bars as they are.\n"
    pitches = [note.pitch for note in (*before, *after)]
    low, high = min(pitches) - 1, max(pitches) + 1
    height = _TOP + (high - low + 1) * _ROW + 2
    panels = []
    for label, notes, fates in (("before", before, was), ("after", after, now)):
        drawn = "".join(_note(note, fate, high) for note, fate in zip(notes, fates, strict=True))
        panels.append(_panel(label, _keys(low, high) + _barlines(height) + drawn, height))
    loudness = sorted(note.velocity for note in after)
    heard = f"; velocity {loudness[0]} to {loudness[-1]}" if loudness and loudness[0] < loudness[-1] else ""
    return _figure(panels, _counted(was, now) + heard)


def _figure(panels: Sequence[str], caption: str) -> str:
    return f'<figure class="roll">{"".join(panels)}<figcaption>{caption}</figcaption></figure>\n'


def _panel(label: str, drawn: str, height: int) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
        f'<text x="0" y="11" class="label">{label}</text>{drawn}</svg>'
    )


def _keys(low: int, high: int) -> str:
    """Draw the black keys as shades, and name C, E, G and A."""
    parts = []
    for pitch in range(low, high + 1):
        if pitch % 12 in (0, 4, 7, 9):
            parts.append(f'<text x="0" y="{_y(pitch, high) + _ROW - 1}">{escape(pitch_name(pitch))}</text>')
        elif pitch % 12 in (1, 3, 6, 8, 10):
            parts.append(
                f'<rect class="black" x="{_LEFT}" y="{_y(pitch, high)}" width="{_WIDTH - _LEFT}" height="{_ROW}"/>'
            )
    return "".join(parts)


def _barlines(height: int) -> str:
    """Draw bars and beats, with the chords above."""
    parts = []
    for number, (_, (chord,)) in enumerate(TWO_FIVE_ONE):
        parts.append(f'<text class="label" x="{_x(number * BAR) + 4:g}" y="11">{escape(chord.symbol)}</text>')
        for beat in range(4):
            at = _x(number * BAR + beat * BAR // 4)
            parts.append(f'<path class="{"beat" if beat else "barline"}" d="M{at:g} {_TOP - 2}V{height}"/>')
    return "".join(parts)


def _note(note: Note, fate: str, high: int) -> str:
    width = max(2.0, note.duration * _PER_TICK - 1)
    return (
        f'<rect class="{fate}" x="{_x(note.onset) + 0.5:.1f}" y="{_y(note.pitch, high) + 0.5:g}" width="{width:.1f}" '
        f'height="{_ROW - 1}" rx="2" fill-opacity="{note.velocity / 127:.2f}"/>'
    )


def _x(ticks: int) -> float:
    return round(_LEFT + ticks * _PER_TICK, 1)


def _y(pitch: int, high: int) -> int:
    return _TOP + (high - pitch) * _ROW
