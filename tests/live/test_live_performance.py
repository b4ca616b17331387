"""What a session takes over from a configuration: its changes, ending, curves, critics, a given melody."""

from __future__ import annotations

from pathlib import Path

import pytest
from live_sessions import session
from small_configs import write_bundled

from jazzgram import Pipeline
from jazzgram.hooks.progress import Reporter
from jazzgram.live import follower
from jazzgram.live.follower import Continuation
from jazzgram.live.session import TradingSession
from jazzgram.live.turns import MACHINE, MUSICIAN

CHORDS = 'chords: "Dm7 | G7 | Cmaj7 | C6", meter: 4/4, tempo: 120'


class Told(Reporter):
    """Remembers warnings."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, message: str) -> None:
        self.lines.append(message)


def play(trading: TradingSession) -> TradingSession:
    """Play a scale of eighths in the musician's bars, and go on to the end."""
    for turn in trading.turns:
        if turn.player == MUSICIAN:
            for step in range(8 * turn.bars):
                at = trading.transport.seconds(turn.bar * trading.meter.bar + 240 * step)
                trading.note_on(at, 60 + step % 8, 90)
                trading.note_off(at + 0.1, 60 + step % 8)
    trading.advance(trading.seconds)
    return trading


def answers(trading: TradingSession) -> list[list[tuple[int, int]]]:
    """Return pitch and onset of the notes of each answer."""
    return [
        [(note.pitch, note.onset + number * trading.meter.bar) for number, bar in enumerate(each.notes) for note in bar]
        for each in trading.exchanges
        if each.turn.player == MACHINE
    ]


def test_whole_choruses_are_traded(tmp_path: Path) -> None:
    trading = play(session(tmp_path, live="{trade: chorus, choruses: 3}"))
    assert [(turn.player, turn.bar, turn.bars) for turn in trading.turns] == [("me", 0, 4), ("it", 4, 4), ("me", 8, 4)]
    assert trading.over and trading.played


def test_what_a_run_has_and_a_session_has_not_is_one_line(tmp_path: Path) -> None:
    told, plain = Told(), Told()
    choruses = "choruses: 3, intro: 2, build: true, restart: true"
    trading = session(tmp_path, improvise=f"{CHORDS}, {choruses}", reporter=told)
    assert len(trading.changes) == 8, "twice the changes: live.choruses"
    assert told.lines == [
        "not in live play, which begins with the first bar of the changes: improvise.choruses, improvise.intro,"
        " improvise.build, improvise.restart; for several choruses set live.choruses"
    ]
    session(tmp_path, reporter=plain)
    assert plain.lines == []


def test_the_last_chorus_ends_and_only_the_last(tmp_path: Path) -> None:
    path = write_bundled(
        tmp_path, "improvise: {chords: 'C6 A7 | Dm7 G7 | C6 A7 | Dm7 G7', ending: true}\nlive: {choruses: 2}\n"
    )
    trading = TradingSession(Pipeline.load(path, settings=["tokenizer={use: events}"]))
    symbols = [[chord.symbol for chord in bar] for bar in trading.changes]
    assert symbols[:4] == [["C6", "A7"], ["Dm7", "G7"]] * 2 and symbols[7] != ["Dm7", "G7"]
    assert trading.target.form.final == 6, "on the tonic"


def test_the_instrument_plays(tmp_path: Path) -> None:
    trading = session(tmp_path, improvise=f"{CHORDS}, instrument: trumpet")
    assert trading.programs[0] == 56 == trading.musician.program and trading.backing.instrument == "trumpet"


@pytest.mark.parametrize("register", [52, 80])
def test_curves_and_critics_steer_what_follows_the_first_bar(tmp_path: Path, register: int) -> None:
    options = {"live": "{trade: 4, choruses: 4, respond: [{use: continue, with: {reach: null}}]}"}
    shaped = f"{CHORDS}, particles: 24, shape: {{register: [{register}]}}"
    played = answers(play(session(tmp_path, improvise=shaped, **options)))
    plain = answers(play(session(tmp_path, improvise=CHORDS, **options)))
    first = [[note for note in answer if note[1] < 1920] for answer in (played[0], plain[0])]
    assert first[0] == first[1], "the first bar is there in time without"

    def away(found: list[list[tuple[int, int]]]) -> float:
        pitches = [pitch for answer in found for pitch, onset in answer if onset >= 1920]
        return abs(sum(pitches) / len(pitches) - register)

    assert away(played) < away(plain)


def test_a_given_melody_is_kept_where_the_machine_plays(tmp_path: Path) -> None:
    config = write_bundled(tmp_path, f"improvise: {{{CHORDS}}}\nwrite: [midi]\n")
    settings = ["tokenizer={use: events}", "chain=[]"]
    run = Pipeline.load(config, settings=settings).run(tmp_path / "given")
    given = [(note.pitch, note.onset) for note in run.solo.notes if 1920 <= note.onset < 2 * 1920]
    trading = play(session(tmp_path, improvise=f"{CHORDS}, given: {run.folder}, keep: [1, 2]"))
    kept = answers(trading)
    assert [(pitch, onset + 1920) for pitch, onset in kept[0]] == given == [(p, o + 1920) for p, o in kept[2]]
    recorded = [note.pitch for note in trading.exchanges[0].notes[0]]
    assert recorded == [60, 61, 62, 63, 64, 65, 66, 67], "the musician's first bar is his own"


def test_an_answer_follows_a_given_melody_as_far_as_vary_says(tmp_path: Path) -> None:
    config = write_bundled(tmp_path, f"improvise: {{{CHORDS}}}\nwrite: [midi]\n")
    run = Pipeline.load(config, settings=["tokenizer={use: events}", "chain=[]"]).run(tmp_path / "given")
    live = "{trade: 2, choruses: 1, respond: [{use: continue, with: {reach: null}}]}"
    (answer,) = answers(play(session(tmp_path, improvise=f"{CHORDS}, given: {run.folder}, vary: 0", live=live)))
    given = [(note.pitch, note.onset - 2 * 1920) for note in run.solo.notes if note.onset >= 2 * 1920]
    assert len(set(answer) & set(given)) > 0.7 * len(given)


@pytest.mark.parametrize("transposed", [-5, 0, 12])
def test_an_answer_stays_near_the_register_of_what_it_answers(tmp_path: Path, transposed: int) -> None:
    trading = session(tmp_path, live="{trade: 2, choruses: 4}")
    for turn in trading.turns:
        if turn.player == MUSICIAN:
            for step in range(16):
                at = trading.transport.seconds(turn.bar * trading.meter.bar + 240 * step)
                trading.note_on(at, 60 + transposed + step % 8, 90)
    trading.advance(trading.seconds)
    pitches = [note.pitch for note in trading.played]
    assert pitches and 60 + transposed - 7 <= min(pitches) and max(pitches) <= 67 + transposed + 7


def test_an_answer_begins_before_its_last_bars_are_drawn(tmp_path: Path) -> None:
    """And is the same as one that is drawn at once."""
    trading = session(tmp_path, live="{trade: 4, choruses: 2}")
    trading.advance(trading.transport.seconds(4 * 1920 - trading.recorder.margin))
    asked = trading._asked
    assert asked is not None and isinstance(asked.answer, Continuation) and not asked.is_whole
    begun = {note.onset for note in trading.played}
    assert all(4 * 1920 <= onset < 4 * 1920 + 480 for onset in begun)
    trading.advance(trading.seconds)
    assert trading.over and trading.player.late == 0
    onsets = [note.onset for note in trading.played]
    assert onsets == sorted(set(onsets)), "nothing twice"
    assert [note.onset for note in trading.notated] == onsets


def test_bars_of_a_continuation_are_those_of_one_that_is_drawn_at_once(tmp_path: Path) -> None:
    trading = session(tmp_path, live="{trade: 4, choruses: 2}")
    trading.advance(trading.transport.seconds(4 * 1920 - trading.recorder.margin - 1))
    whole, parts = (trading._follower.go_on(4, trading._answerer._sample.rng(1, 4)) for _ in range(2))
    beginning = parts.beginning(480)
    assert parts[0][: len(beginning)] == beginning and list(parts) == list(whole[:]) and len(whole) == 4
    assert parts[-1] == parts[3] and parts[1:3] == (parts[1], parts[2])


def test_the_line_does_not_grow_with_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_TOKENS", 32)
    trading = play(session(tmp_path, live="{trade: 1, choruses: 12}"))
    line = trading._follower._line
    assert trading.over and len(line.history) < 32 + 64 and len(line._bars) <= 3
