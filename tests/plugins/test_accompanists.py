"""The band as a pianist, a bass player and a drummer would check it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.accompanists._comping import RHYTHMS, attacks
from jazzgram_plugins.accompanists._kit import BRUSHES, CRASH, HIGH, KICK, LOW, MID, PEDAL, RIDE, SNARE, STICK
from jazzgram_plugins.accompanists._lines import RANGE
from notation import changes

from jazzgram import Chord, Form, Meter, Note, Section, Solo, Track
from jazzgram.config.styles import find_style, styles
from jazzgram.improvisation.accompaniment.band import Band, style_players
from jazzgram.music import QUALITIES, parse_changes, rootless_voicings, symbol_of, voice_movement
from jazzgram.music.chord import join_bars
from jazzgram.music.harmony.symbols import voicing

BLUES = "Bb7 | Eb7 | Bb7 | Fm7 Bb7 | Eb7 | Edim7 | Bb7 | Dm7b5 G7b9 | Cm7 | F7alt | Bb7 G7 | Cm7 F7"
STANDARD = "Cm7 | F7 | Bbmaj7 | Ebmaj7 | Am7b5 | D7 | Gm6 | % | " * 4
FINAL = Form((Section(0, 4, "A", "head", 1), Section(4, 4, "A", "solo", 1), Section(8, 4, "", "ending", 0)), 10)


def play(
    style: str,
    text: str,
    *,
    meter: str = "4/4",
    tempo: float = 160,
    seed: int = 1,
    form: Form | None = None,
    notes: tuple[Note, ...] = (),
    bars: int | None = None,
) -> dict[str, Track]:
    """Play changes, with nothing above them, in a style."""
    beats = Meter.parse(meter)
    chords = join_bars(parse_changes(text.rstrip(" |"), beats), beats.bar)
    length = bars or -(-chords[-1].end // beats.bar)
    solo = Solo(notes, chords, length, meter=beats, tempo=tempo, form=form)
    found = find_style(style)
    return {track.name: track for track in Band(found, style_players(found)).play(solo, seed)}


def chords_of(track: Track) -> list[tuple[int, tuple[int, ...]]]:
    """Return what is struck together, with its onset."""
    found: dict[int, list[int]] = {}
    for note in track.notes:
        found.setdefault(note.onset, []).append(note.pitch)
    return [(onset, tuple(sorted(pitches))) for onset, pitches in found.items()]


def bars_of(track: Track, length: int = 1920) -> list[frozenset[tuple[int, int]]]:
    """Return what is struck in each bar, in twelfths of a quarter note."""
    count = track.notes[-1].onset // length + 1
    return [
        frozenset((round(n.onset % length / 40), n.pitch) for n in track.notes if n.onset // length == bar)
        for bar in range(count)
    ]


def at(track: Track, pitch: int, length: int = 1920) -> list[float]:
    """Return the beats of a drum in the first bar."""
    return [round(note.onset / 480, 1) for note in track.notes if note.pitch == pitch and note.onset < length - 30]


class TestPiano:
    def test_every_change_is_played(self) -> None:
        piano = chords_of(play("swing", BLUES)["Piano"])
        for chord in changes(BLUES):
            symbol = symbol_of(chord)
            root = symbol.root or 0
            guides = {(root + step) % 12 for step in symbol.intervals if step in (3, 4, 9, 10)}
            near = [{p % 12 for p in tones} for at, tones in piano if chord.onset - 250 <= at < chord.end]
            assert any(guides <= tones for tones in near), chord.symbol

    @pytest.mark.parametrize("seed", [1, 2, 3])
    @pytest.mark.parametrize("style", styles())
    def test_voices_are_led_smoothly_and_nothing_comes_twice(self, style: str, seed: int) -> None:
        meter = find_style(style).meters[0]
        piano = play(style, STANDARD, meter=meter, seed=seed)["Piano"]
        struck = [tones for _, tones in chords_of(piano)]
        moves = [voice_movement(a, b) for a, b in pairwise(struck) if a != b]
        assert sum(moves) / len(moves) <= 2
        assert all(abs(a[-1] - b[-1]) <= 7 for a, b in pairwise(struck))
        bars = bars_of(piano, Meter.parse(meter).bar)
        assert all(bars[bar : bar + 4] != bars[bar - 4 : bar] for bar in range(4, len(bars) - 3))

    def test_ninths_and_thirteenths_are_added_as_the_scale_allows(self) -> None:
        piano = chords_of(play("swing", "Dm7 | G7 | Cmaj7 | A7alt")["Piano"])
        tones = [
            {p % 12 for at, tones in piano for p in tones if 1920 * bar <= at < 1920 * bar + 1400} for bar in range(4)
        ]
        assert tones == [{5, 9, 0, 4}, {11, 4, 5, 9}, {4, 7, 11, 2}, {1, 5, 7, 0}]

    def test_a_dominant_that_resolves_to_minor_has_neither(self) -> None:
        piano = chords_of(play("ballad", "G7 | Cm7")["Piano"])
        assert {pitch % 12 for onset, tones in piano if onset < 1400 for pitch in tones} == {7, 11, 2, 5}

    def test_the_vocabulary(self) -> None:
        assert len(RHYTHMS["swing"]) >= 12
        for name, rhythms in RHYTHMS.items():
            assert len(set(rhythms)) == len(rhythms) >= 6
            for rhythm in rhythms:
                first, second = rhythm.split("|")
                assert len(first) == len(second) == {"waltz": 6, "funk": 16, "afro": 12}.get(name, 8), rhythm
                assert attacks(rhythm, 1920)

    def test_it_plays_less_under_a_busy_soloist(self) -> None:
        busy = tuple(Note(72 + index % 5, 240 * index, 240) for index in range(8 * 32))
        alone, under = (
            sum(len(chords_of(play("swing", STANDARD, seed=seed, notes=notes)["Piano"])) for seed in range(4))
            for notes in ((), busy)
        )
        assert under < 0.85 * alone

    def test_a_note_that_has_ended_makes_no_soloist_busy(self) -> None:
        held = (Note(72, 0, 2 * 1920),)
        alone, after = (
            sum(
                2 * 1920 <= onset < 4 * 1920 - 60
                for seed in range(24)
                for onset, _ in chords_of(play("swing", "Dm7 | % | % | %", seed=seed, notes=notes)["Piano"])
            )
            for notes in ((), held)
        )
        assert after > 0.9 * alone, "in the third and fourth bar"

    def test_no_chord_is_silence(self) -> None:
        band = play("swing", "C6 | NC | C6")
        for name in ("Piano", "Bass"):
            assert not [note for note in band[name].notes if note.onset < 3500 and note.end > 1990]
            assert any(note.onset >= 3500 for note in band[name].notes)


class TestBass:
    def test_every_new_chord_is_met_on_its_root(self) -> None:
        for style in ("swing", "ballad", "bossa", "funk", "shuffle"):
            bass = play(style, BLUES)["Bass"].notes
            for chord in changes(BLUES):
                first = next(note for note in bass if note.onset >= chord.onset)
                assert first.onset < chord.onset + 30
                assert first.pitch % 12 == symbol_of(chord).root, (style, chord.symbol)

    def test_a_slash_names_the_bass_note(self) -> None:
        bass = play("swing", "C/E | Bb/C")["Bass"].notes
        assert [next(n.pitch % 12 for n in bass if n.onset >= start) for start in (0, 1920)] == [4, 0]

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["C", "Db", "E", "F#", "A"]), st.sampled_from([*QUALITIES])),
            min_size=4,
            max_size=8,
        ),
        st.sampled_from(["swing", "ballad", "bossa", "funk", "shuffle"]),
        st.sampled_from([1920, 960]),
        st.integers(0, 5),
    )
    def test_no_half_step_rubs_before_the_last_beat(
        self, symbols: list[tuple[str, str]], style: str, length: int, seed: int
    ) -> None:
        chords = tuple(
            Chord(voicing(root + quality), length * number, length, root + quality)
            for number, (root, quality) in enumerate(symbols)
        )
        found = find_style(style)
        solo = Solo((), chords, -(-len(chords) * length // 1920))
        (bass,) = [t for t in Band(found, style_players(found)).play(solo, seed) if t.name == "Bass"]
        for note in bass.notes:
            if note.onset % 1920 >= 1440 or note.duration < 300 or note.onset >= chords[-1].end:
                continue
            chord = next(c for c in reversed(chords) if c.onset <= note.onset)
            symbol = symbol_of(chord)
            near = {(note.pitch + 1) % 12, (note.pitch - 1) % 12} & symbol.pitch_classes
            plain = {((symbol.root or 0) + step) % 12 for step in symbol.intervals if step in (0, 3, 4, 6, 7)}
            assert not near or note.pitch % 12 in plain | {symbol.root}, (chord.symbol, note)

    def test_it_walks_in_four_and_in_two_under_the_head(self) -> None:
        bass = play("swing", "Dm7 | G7 | Cmaj7 | A7 | " * 3, form=FINAL)["Bass"].notes
        per_bar = Counter(note.onset // 1920 for note in bass if note.duration > 200)
        assert sum(per_bar[bar] for bar in range(4)) < 14 < 15 <= sum(per_bar[bar] for bar in range(4, 8))

    def test_the_line_leads_into_every_new_root(self) -> None:
        bass = [n for n in play("swing", STANDARD)["Bass"].notes if n.onset % 480 < 30]
        steps = [abs(b.pitch - a.pitch) for a, b in pairwise(bass) if b.onset % 1920 < 30]
        assert sum(step in (1, 2, 5, 7) for step in steps) > 0.85 * len(steps)
        assert all(note.pitch in RANGE for note in bass)

    def test_standing_changes_have_a_pedal_point_sometimes(self) -> None:
        bars = [
            {
                n.pitch % 12
                for n in play("swing", "Dm7 | % | % | %", seed=seed)["Bass"].notes
                if n.onset >= 2 * 1920 - 30
            }
            for seed in range(12)
        ]
        pedals = sum(tones <= {2, 9} for tones in bars)
        assert 1 <= pedals < 12


class TestDrums:
    def test_ride_hi_hat_and_bass_drum(self) -> None:
        drums = play("swing", BLUES)["Drums"]
        assert drums.is_drum and drums.program == 0
        assert at(drums, PEDAL) == [1, 3] and {0, 1, 2, 3} <= set(at(drums, RIDE)) and {0, 1} <= set(at(drums, KICK))
        feathered = max(n.velocity for n in drums.notes if n.pitch == KICK and n.onset % 480 < 30 and n.onset < 5000)
        assert feathered < min(n.velocity for n in drums.notes if n.pitch == RIDE and n.onset % 480 < 30)

    @pytest.mark.parametrize("style", styles())
    def test_no_bar_is_played_all_the_time(self, style: str) -> None:
        meter = find_style(style).meters[0]
        bars = bars_of(play(style, STANDARD, meter=meter)["Drums"], Meter.parse(meter).bar)
        assert max(Counter(bars).values()) / len(bars) < 0.4

    def test_fills_end_sections_and_a_crash_begins_a_chorus(self) -> None:
        form = Form((Section(0, 8, "A", "solo", 1), Section(8, 8, "B", "solo", 1), Section(16, 16, "A", "solo", 2)))
        drums = play("swing", STANDARD, form=form)["Drums"]
        toms = {note.onset // 1920 for note in drums.notes if note.pitch in (HIGH, MID, LOW)}
        assert toms and toms <= {7, 15}
        assert [note.onset // 1920 for note in drums.notes if note.pitch == CRASH] == [16]

    def test_brushes_for_a_ballad_and_a_clave_for_a_bossa(self) -> None:
        assert play("ballad", STANDARD, tempo=60)["Drums"].program == BRUSHES
        stick = [note.onset for note in play("bossa", STANDARD)["Drums"].notes if note.pitch == STICK]
        assert 2 * 32 <= len(stick) <= 3 * 32

    def test_an_introduction_without_chords_is_counted(self) -> None:
        form = Form((Section(0, 2, "", "intro", 0), Section(2, 2, "A", "solo", 1)))
        drums = play("swing", "NC | NC | Dm7 | G7", form=form)["Drums"].notes
        assert [(n.pitch, round(n.onset / 480)) for n in drums if n.onset < 3800] == [
            (STICK, beat) for beat in range(8)
        ]

    def test_a_shuffle_has_its_backbeat(self) -> None:
        drums = play("shuffle", BLUES)["Drums"].notes
        loud = Counter(round(n.onset % 1920 / 480) % 4 for n in drums if n.pitch == SNARE and n.velocity > 75)
        assert loud[1] >= 10 and loud[3] >= 10


class TestForm:
    @pytest.mark.parametrize("style", styles())
    def test_the_band_stops_together_on_the_last_chord_and_holds_it(self, style: str) -> None:
        meter = Meter.parse(find_style(style).meters[0])
        text = "Dm7 | G7 | Cmaj7 | A7 | " * 2 + "Dm7 | G7 | Cmaj7 | %"
        band = play(style, text, meter=str(meter), form=FINAL)
        for track in band.values():
            last = [note for note in track.notes if note.onset >= 10 * meter.bar - 40]
            assert last and max(note.onset for note in last) < 10 * meter.bar + 40, track.name
            assert max(note.end for note in last) == 12 * meter.bar or track.is_drum
        assert band["Bass"].notes[-1].pitch % 12 == 0

    def test_later_choruses_are_louder(self) -> None:
        form = Form(tuple(Section(8 * number, 8, "A", "solo", number + 1) for number in range(4)))
        notes = play("swing", STANDARD, form=form)["Bass"].notes
        first, last = (
            [n.velocity for n in notes if n.duration > 200 and number <= n.onset / 15360 < number + 1]
            for number in (0, 3)
        )
        assert sum(last) / len(last) > sum(first) / len(first) + 5

    @pytest.mark.parametrize("meter", ["5/4", "7/4", "7/8", "2/4", "1/4", "6/8"])
    def test_a_meter_without_patterns_gets_plain_ones(self, meter: str) -> None:
        band = play("swing", "Dm7 | G7 | Cmaj7 | %", meter=meter)
        assert band.keys() == {"Piano", "Bass", "Drums"}
        bar = Meter.parse(meter).bar
        for track in band.values():
            assert {(note.onset + 30) // bar for note in track.notes} >= {0, 1, 2}, f"{track.name} plays every chord"

    def test_all_swing_together(self) -> None:
        for tempo, late in ((120, 330), (310, 240)):
            band = play("swing", STANDARD, tempo=tempo)
            for track in band.values():
                off = [note.onset % 480 for note in track.notes if 180 < note.onset % 480 < 400]
                assert sum(abs(within - late) < 20 for within in off) > 0.8 * len(off), track.name

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["C", "Db", "F#"]), st.sampled_from([*QUALITIES, "7sus4/F", "xx"])), max_size=6
        ),
        st.lists(st.integers(1, 3000), min_size=6, max_size=6),
        st.sampled_from(["4/4", "3/4", "12/8", "5/4", "7/8", "1/4", "2/2"]),
        st.integers(1, 6),
        st.booleans(),
        st.sampled_from(list(styles())),
    )
    def test_any_changes_get_something_playable(
        self,
        symbols: list[tuple[str, str]],
        lengths: list[int],
        meter: str,
        bars: int,
        ends: bool,
        style: str,
    ) -> None:
        chords, onset = [], 0
        for (root, quality), length in zip(symbols, lengths, strict=False):
            pitches = (50, 54, 57) if quality == "xx" else voicing(root + quality)
            chords.append(Chord(pitches, onset, length, root + quality))
            onset += length
        form = Form((Section(0, bars),), bars - 1 if ends else None)
        solo = Solo((), tuple(chords), bars, meter=Meter.parse(meter), form=form)
        found = find_style(style)
        for track in Band(found, style_players(found)).play(solo, 1):  # which checks order, range and end
            assert all(note.duration > 0 for note in track.notes)
            if track.name == "Bass":
                assert all(
                    note.pitch in RANGE or note.pitch + 12 in RANGE or note.pitch - 12 in RANGE for note in track.notes
                )


def test_voicings_stay_in_the_middle_of_the_piano() -> None:
    for quality in QUALITIES:
        for root in ("C", "F#", "Bb"):
            found = rootless_voicings(Chord(voicing(root + quality), 0, 1920, root + quality))
            assert found and all(tones[0] >= 50 and tones[-1] <= 75 for tones in found), root + quality
