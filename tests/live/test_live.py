"""Live play, faster than real time: what is heard, when it is answered, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import symusic
from click.testing import CliRunner
from live_sessions import session
from small_configs import write_bundled

import jazzgram
from jazzgram import JazzgramError, Meter, Note, Pipeline, StepError
from jazzgram.cli import trade
from jazzgram.hooks.progress import Reporter
from jazzgram.live.player import Event, Player
from jazzgram.live.recorder import Recorder
from jazzgram.live.session import DRUM_CHANNEL, SOLO_CHANNEL, TradingSession
from jazzgram.live.take import replay
from jazzgram.live.transport import Transport
from jazzgram.live.turns import turns

SLOW = Transport(Meter(), 120, count_in=1)  # a beat is half a second, the music begins at 2 s


def recorded(*strokes: tuple[float, float, int], latency: float = 0.0) -> Recorder:
    """Play notes from a beat to a beat, counted from the first bar."""
    recorder = Recorder(SLOW, latency=latency)
    for begin, end, pitch in strokes:
        recorder.note_on(2 + begin / 2 + latency, pitch, 90)
        recorder.note_off(2 + end / 2 + latency, pitch)
    return recorder


def beats(bar: tuple[Note, ...]) -> list[tuple[int, float, float]]:
    return [(note.pitch, note.onset / 480, note.duration / 480) for note in bar]


@pytest.mark.parametrize(
    ("strokes", "bar"),
    [
        ([(0.02, 0.49, 60), (0.47, 1.0, 62)], [(60, 0, 0.5), (62, 0.5, 0.5)]),  # not quite on the beat
        ([(0, 0.3, 60), (0.34, 0.6, 62), (0.68, 1, 64)], [(60, 0, 1 / 3), (62, 1 / 3, 1 / 3), (64, 2 / 3, 1 / 3)]),
        ([(0, 0.9, 60), (0.02, 0.9, 64), (0.03, 0.9, 67)], [(67, 0, 1)]),  # of a chord the highest tone
        ([(0, 3, 60), (1, 2, 62)], [(60, 0, 1), (62, 1, 1)]),  # one note at a time
        ([(3, 9, 60)], [(60, 3, 1)]),  # held over the barline: cut there
        ([(-0.1, 0.5, 60)], [(60, 0, 0.5)]),  # a little early is on time
        ([(3.95, 5, 60)], []),  # and belongs to the next bar
        ([], []),
    ],
)
def test_what_was_played_is_a_line_on_the_grid(strokes: Any, bar: Any) -> None:
    (found,) = recorded(*strokes).bars(0, 1)
    assert beats(found) == [pytest.approx(each) for each in bar]


def test_what_arrives_late_was_played_early() -> None:
    assert recorded((1, 2, 60), latency=0.1).bars(0, 1) == recorded((1, 2, 60)).bars(0, 1)


def test_a_key_that_is_never_released_sounds_to_the_end() -> None:
    recorder = Recorder(SLOW)
    recorder.note_on(3, 60, 90)
    assert beats(recorder.bars(0, 1)[0]) == [(60, 2, 2)]


def test_a_fault_of_the_instrument_is_no_music() -> None:
    recorder = Recorder(SLOW)
    for number in range(10_000):
        recorder.note_on(2 + number / 10_000, 60 + number % 12, 90)
    assert recorder.dropped > 9_000
    assert len(recorder.bars(0, 1)[0]) <= 12


def test_memory_does_not_grow_with_the_session() -> None:
    recorder = Recorder(SLOW)
    for bar in range(1_000):
        for beat in range(4):
            recorder.note_on(2 + 2 * bar + beat / 2, 60, 90)
        recorder.bars(bar, bar + 1)
        recorder.forget(bar + 1)
    assert len(recorder._strokes) < 10


def test_events_are_due_once_and_ends_come_first() -> None:
    player = Player(SLOW)
    player.schedule([Note(60, 0, 480), Note(60, 480, 480)], channel=0)
    assert player.due(1.99) == []
    assert player.due(2.5) == [
        Event(2.0, True, 0, 60, 80),
        Event(2.5, False, 0, 60),
        Event(2.5, True, 0, 60, 80),
    ]
    assert player.due(2.5) == []


def test_nothing_is_left_sounding() -> None:
    player = Player(SLOW)
    player.schedule([Note(60, 0, 1920), Note(64, 0, 480), Note(67, 960, 480)], channel=0)
    player.due(2.6)
    assert player.stop(2.7) == [Event(2.7, False, 0, 60)]
    assert player.due(10) == []


def test_what_comes_too_late_is_left_out_and_counted() -> None:
    player = Player(SLOW)
    player.due(3)
    player.schedule([Note(60, 0, 240), Note(62, 960, 240)], channel=0)
    assert player.late == 1
    assert [event.pitch for event in player.due(9) if event.on] == [62]


def test_turns() -> None:
    live = Pipeline.load("blues", settings=["live.trade=2", "live.first=it"]).config.sections.live
    assert [(turn.player, turn.bar, turn.end) for turn in turns(live, 5, 5)] == [
        ("it", 0, 2),
        ("me", 2, 4),
        ("it", 4, 5),
    ]


def play(trading: TradingSession, *strokes: tuple[float, float, int]) -> list[Event]:
    """Play notes from a beat to a beat, go on to the end, and return the machine's own events."""
    for begin, end, pitch in strokes:
        trading.note_on(2 + begin / 2, pitch, 90)
        trading.note_off(2 + end / 2, pitch)
    trading.advance(trading.seconds)
    return [event for event in trading.due(trading.seconds) if event.channel == SOLO_CHANNEL]


PHRASE = [(beat / 2, beat / 2 + 0.5, 60 + beat) for beat in range(8)]


def test_it_answers_what_was_played_in_time(tmp_path: Path) -> None:
    trading = session(tmp_path, live="{trade: 1, respond: [repeat]}")
    events = play(trading, *PHRASE)
    assert [event.pitch for event in events if event.on and event.seconds < 6] == list(range(60, 68))
    assert next(event.seconds for event in events if event.on) == 4.0, "on the barline, none before"
    assert trading.over and trading.player.late == 0


def test_the_last_note_before_the_barline_is_heard_and_what_anticipates_the_next_bar_is_not_waited_for(
    tmp_path: Path,
) -> None:
    trading = session(tmp_path, live="{trade: 1, respond: [repeat]}")
    margin = trading.recorder.margin / 480
    play(trading, (0, 1, 60), (4 - margin - 0.01, 4, 72), (4 - margin + 0.01, 4.5, 74))
    heard, answer = trading.exchanges[:2]
    assert [note.pitch for note in heard.notes[0]] == [60, 72] == [note.pitch for note in answer.notes[0]]


def test_the_model_goes_on_from_what_was_played(tmp_path: Path) -> None:
    """The first answer depends on the bar before it."""
    first = play(session(tmp_path), *PHRASE)
    again = play(session(tmp_path), *PHRASE)
    other = play(session(tmp_path), *[(begin, end, pitch - 7) for begin, end, pitch in PHRASE])
    assert first == again != other


def test_the_band_plays_from_the_first_bar_after_the_clicks(tmp_path: Path) -> None:
    trading = session(tmp_path)
    clicks = [event for event in trading.due(1.99) if event.on]
    assert [(event.seconds, event.channel) for event in clicks] == [(beat / 2, DRUM_CHANNEL) for beat in range(4)]
    music = [event for event in trading.due(trading.seconds) if event.on]
    assert music[0].seconds >= 1.99 and {event.channel for event in music} == {1, 2, DRUM_CHANNEL}
    assert trading.programs.keys() == {SOLO_CHANNEL, 1, 2, DRUM_CHANNEL}
    bass = [event for event in music if event.channel == 2]
    assert len({int(event.seconds // 2) for event in bass}) == 8, "in every bar"


def test_responders_answer_in_turn(tmp_path: Path) -> None:
    trading = session(tmp_path, live="{trade: 1, choruses: 2, respond: [repeat, {use: accompany_only}]}")
    play(trading, *PHRASE)
    assert [each.responder for each in trading.exchanges] == ["", "repeat", "", "accompany_only"] * 2


def test_it_may_begin_and_the_musician_may_say_nothing(tmp_path: Path) -> None:
    trading = session(tmp_path, live="{trade: 2, first: it, respond: [continue]}")
    events = play(trading)
    assert trading.over and any(event.on and event.seconds < 4 for event in events)


def test_a_clock_that_jumps_leaves_nothing_to_pile_up(tmp_path: Path) -> None:
    trading = session(tmp_path)
    trading.advance(1.0)
    trading.due(trading.seconds)  # the machine slept through the whole session
    trading.advance(trading.seconds)
    assert trading.over and trading.player.late > 0 and trading.due(trading.seconds) == []


@pytest.mark.parametrize("answer", ["[]", "[[1]]", "'la'"])
def test_an_answer_that_is_none_is_refused(tmp_path: Path, answer: str) -> None:
    plugin = tmp_path / "bad.py"
    plugin.write_text(f'"""Bad."""\nfrom jazzgram import hookimpl\n@hookimpl\ndef respond():\n    return {answer}\n')
    with pytest.raises(StepError, match=r"responder bad.py returned"):
        play(session(tmp_path, live="{trade: 1, respond: [bad.py]}"), *PHRASE)


def test_a_recorded_part_is_played_against(tmp_path: Path) -> None:
    config = write_bundled(tmp_path, "improvise: {bars: 8}\nlive: {trade: 2}\n")
    Pipeline.load(config).run(tmp_path / "mine")
    arguments = [
        *(str(config), "--replay", str(tmp_path / "mine" / "solo.mid")),
        *("--respond", "rectify", "--out", str(tmp_path / "traded")),
    ]
    done = CliRunner().invoke(trade.command, arguments)
    assert done.exit_code == 0, done.output
    solo = jazzgram.load(tmp_path / "traded").solo
    you = next(track for track in solo.accompaniment if track.name == "You")
    bar = solo.meter.bar
    assert you.notes and {note.onset // bar // 2 % 2 for note in you.notes} == {0}
    assert solo.notes and {note.onset // bar // 2 % 2 for note in solo.notes} == {1}

    again = CliRunner().invoke(trade.command, arguments)
    assert again.exit_code and "has a result (run.yaml)" in str(again.exception), "a session cannot be played again"
    config.write_text(config.read_text().replace("live: {trade: 2}", ""))
    four = CliRunner().invoke(trade.command, [*arguments[:3], *arguments[5:], "--force"])
    assert four.exit_code == 0, four.output
    assert {note.onset // bar // 4 % 2 for note in jazzgram.load(tmp_path / "traded").solo.notes} == {1}


def test_a_session_does_not_replace_a_run_and_wrong_files_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = write_bundled(tmp_path, "improvise: {bars: 2}\n")
    run = Pipeline.load(config).run(tmp_path / "out" / config.stem)
    assert run.folder is not None
    before = [file.read_bytes() for file in run.files]

    def traded(*options: str) -> Any:
        return CliRunner().invoke(trade.command, [str(config), *options])

    assert traded("--replay", str(run.folder / "solo.mid"), "--bars", "1").exit_code == 0
    assert [file.read_bytes() for file in run.files] == before
    assert (tmp_path / "out" / f"{config.stem}-2" / "run.yaml").exists()
    with pytest.raises(JazzgramError, match="has a result"):
        raise traded("--replay", str(run.folder / "solo.mid"), "--out", str(run.folder)).exception
    with pytest.raises(JazzgramError, match="not a MIDI file"):
        raise traded("--replay", str(config)).exception


def test_without_hardware_or_a_recording_it_says_what_to_name() -> None:
    done = CliRunner().invoke(trade.command, ["blues"])
    assert done.exit_code == 2 and "--in (see 'jazzgram ports'); or a recorded part: --replay" in done.output


def test_a_recorded_part_needs_no_port() -> None:
    done = CliRunner().invoke(trade.command, ["blues", "--replay", __file__, "--in", "Keystation"])
    assert done.exit_code == 2 and "leave out --in and --out-port, or it" in done.output


def midi_file(path: Path, pitches: list[int], meter: Meter) -> Path:
    """Write a part of quarter notes."""
    score, track = symusic.Score(480), symusic.Track("You", 0, False)
    score.time_signatures.append(symusic.TimeSignature(0, meter.numerator, meter.denominator))
    for beat, pitch in enumerate(pitches):
        track.notes.append(symusic.Note(beat * 480, 480, pitch, 90))
    score.tracks.append(track)
    score.dump_midi(path)
    return path


@pytest.mark.parametrize(
    ("beats", "meter", "said"),
    [
        (4, Meter(4, 4), []),
        (32, Meter(4, 4), []),
        (35, Meter(4, 4), ["longer than the session: 3 notes after bar 8 are left out."]),
        (4, Meter(7, 8), ["has bars of 7/8; it is played in bars of 4/4."]),
    ],
)
def test_what_a_recorded_part_has_that_the_session_has_not(
    tmp_path: Path, beats: int, meter: Meter, said: list[str]
) -> None:
    class Told(Reporter):
        def warn(self, message: str) -> None:
            warnings.append(message)

    warnings: list[str] = []
    trading = session(tmp_path, reporter=Told())
    replay(trading, midi_file(tmp_path / "mine.mid", [60] * beats, meter))
    assert trading.over and [line.partition("mine.mid ")[2].removeprefix("is ") for line in warnings] == said
