"""References: statistics of real solos, the distance to them, and the known values of the Weimar Jazz Database."""

from __future__ import annotations

import json
from functools import partial
from math import inf, isnan, nan, sqrt
from pathlib import Path

import pytest
from click.testing import CliRunner
from notation import tune

from jazzgram import Chord, Corpus, JazzgramError
from jazzgram.cli.reference import command
from jazzgram.evaluation.excerpts import cut_excerpts
from jazzgram.evaluation.metrics import AIMS, load_metrics, measure_solos
from jazzgram.evaluation.reference import Reference, Statistic, find_reference, players_styles


def test_a_statistic_of_four_values_one_of_them_undefined() -> None:
    found = Statistic.of([1, 2, nan, 6])
    assert (found.mean, found.count) == (3, 3)
    assert found.sd == pytest.approx(sqrt(7))
    assert 1 <= found.low < 3 < found.high <= 6
    assert found == Statistic.of([1, 2, nan, 6])
    assert found.z(3 + 2 * sqrt(7)) == pytest.approx(2)


def test_the_interval_of_a_mean_is_two_standard_errors_to_each_side() -> None:
    found = Statistic.of([0.0, 1.0] * 200)  # standard error 0.5 / 20
    assert (found.low, found.high) == pytest.approx((0.45, 0.55), abs=0.01)


def test_where_real_solos_do_not_differ_or_are_not_there() -> None:
    same, nothing, one = Statistic.of([2, 2]), Statistic.of([nan]), Statistic.of([5])
    assert (same.z(2), same.z(3), same.z(1)) == (0, inf, -inf)
    assert nothing.count == 0 and isnan(nothing.mean) and isnan(nothing.z(1))
    assert one.mean == 5 and isnan(one.sd)


def reference() -> Reference:
    over_g7 = partial(tune, chords=(Chord((43, 47, 50, 53), 0, 1920, "G7"),))
    scale, leaps = "60 62 64 65", "60 67"
    tunes = [
        over_g7(*[scale] * 12, title="Scale", style="BEBOP"),
        over_g7(*[leaps] * 10, title="Leaps", performer="Kid Ory"),
        over_g7(*[scale] * 3, title="Short", style="COOL"),
    ]
    players = {"Kid Ory": "TRADITIONAL"}
    return Reference.of(
        tunes, 1, source="test", part="train", metrics=load_metrics(["rhythm", "pitch"]), players=players
    )


def test_styles_have_statistics_of_their_own_where_there_are_enough_windows() -> None:
    found = reference()
    assert set(found.styles) == {"all", "BEBOP", "TRADITIONAL"}
    density = {style: values["rhythm.notes_per_bar"] for style, values in found.styles.items()}
    assert (density["BEBOP"].mean, density["BEBOP"].count) == (4, 12)
    assert (density["TRADITIONAL"].mean, density["TRADITIONAL"].sd) == (2, 0)
    assert density["all"].mean == pytest.approx((15 * 4 + 10 * 2) / 25)
    assert found.style("bebop") is found.styles["BEBOP"]


def test_distance_is_the_mean_of_the_deviations_from_the_real_means() -> None:
    values = {"a": Statistic(10, 2, 9, 9, 11), "b": Statistic(0.5, 0.1, 9, 0, 1), "c": Statistic(7, 0, 9, 7, 7)}
    real = Reference(4, "test", "all", {"all": values})
    made = [{"a": 12.0, "b": 0.5, "c": 1.0}, {"a": 16.0, "b": nan, "c": 1.0, "d": 3.0}]
    assert real.z(made[0]) == {"a": 1, "b": 0, "c": -inf}
    assert real.distance(made) == pytest.approx((2 + 0) / 2)  # c does not differ between real solos
    assert real.distance(made, ["a"]) == pytest.approx(2)
    assert isnan(real.distance([{"a": nan}], ["a"]))
    with pytest.raises(JazzgramError, match=r"no value 'pitch\.rang'"):
        reference().distance(made, ["pitch.rang"])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    found = reference()
    found.write(tmp_path / "new" / "reference.json")
    again = Reference.read(tmp_path / "new" / "reference.json")
    assert (again.bars, again.source, again.part, again.longest_shared) == (1, "test", "train", found.longest_shared)
    assert again.styles.keys() == found.styles.keys()
    for name, statistic in found.styles["all"].items():
        stored = again.styles["all"][name]
        assert stored.mean == pytest.approx(statistic.mean, rel=1e-5, nan_ok=True)
        assert stored.count == statistic.count
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["reference.json"]
    json.loads((tmp_path / "new" / "reference.json").read_text(), parse_constant=lambda name: pytest.fail(name))


@pytest.mark.parametrize("content", ["", "[]", '{"bars": 1}', '{"styles": {"all": {"a": [1, 2]}}}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.json").write_text(content)
    with pytest.raises(JazzgramError, match=r"odd\.json: is no reference"):
        find_reference(str(tmp_path / "odd.json"))
    with pytest.raises(JazzgramError, match="cannot be read: No such file"):
        find_reference(str(tmp_path / "missing.json"))


def test_unknown_styles_and_short_solos_are_refused() -> None:
    with pytest.raises(JazzgramError, match=r"no style 'BEEBOP'.*did you mean BEBOP.*TRADITIONAL"):
        reference().style("BEEBOP")
    with pytest.raises(JazzgramError, match="no solo has 40 bars of 4/4"):
        Reference.of([tune("60", "60", "60")], 40)


def test_the_bundled_reference_is_whole_and_has_no_notes() -> None:
    found = find_reference("wjazzd")
    assert (found.bars, found.part) == (32, "train")
    assert {"all", "BEBOP", "SWING", "COOL", "HARDBOP", "POSTBOP", "TRADITIONAL"} <= set(found.styles)
    assert set(AIMS) <= set(found.styles["all"])
    assert found.longest_shared_varied < found.longest_shared
    # Armstrong's generation plays fewer notes than Parker's, and more of them in the chord.
    old, new = found.style("TRADITIONAL"), found.style("BEBOP")
    assert old["rhythm.notes_per_bar"].mean < new["rhythm.notes_per_bar"].mean
    assert old["harmony.chord_tones"].mean > new["harmony.chord_tones"].mean
    assert len(players_styles()) > 60
    with pytest.raises(JazzgramError, match=r"no reference 'wjazd'.*did you mean wjazzd"):
        find_reference("wjazd")


def config(folder: Path, shared: Path) -> Path:
    data = shared / "data" / "wjazzd"
    if not data.is_dir():
        pytest.skip(f"no solos in {data} (JAZZGRAM_SHARED names another folder)")
    path = folder / "wjazzd.yaml"
    path.write_text(
        f"corpus: {{read: wjazzd, source: {data}, split: {data / 'split.json'}}}\n"
        "tokenizer: {use: scale_degree}\nmodel: {use: markov}\nsamplers: [{sample: categorical}]\n"
    )
    return path


@pytest.mark.slow
def test_the_command_measures_writes_and_keeps(tmp_path: Path, shared: Path) -> None:
    file, yaml = tmp_path / "found.json", str(config(tmp_path, shared))
    arguments = [yaml, "--bars", "64", "--part", "validation", "--out", str(file)]
    first = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert "| pitch.pitch_entropy_1" in first.output
    assert "windows of 64 bars" in first.output
    assert Reference.read(file).bars == 64
    again = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert "from the cache" in again.output
    with pytest.raises(JazzgramError, match="no part 'trian'"):
        CliRunner().invoke(command, [yaml, "--part", "trian"], catch_exceptions=False)


@pytest.mark.slow
@pytest.mark.parametrize("timing", ["tatums", "performed"])
def test_the_known_values_of_real_windows(shared: Path, timing: str) -> None:
    from jazzgram_plugins.readers import wjazzd

    folder = shared / "data" / "wjazzd"
    if not folder.is_dir():
        pytest.skip(f"no solos in {folder} (JAZZGRAM_SHARED names another folder)")
    options = wjazzd.Options.model_validate({"timing": timing})
    tunes = [wjazzd.read_corpus(file, options).tunes[0] for file in wjazzd.list_files(folder)]
    windows = [window for tune in tunes for window in cut_excerpts(tune, 32)]
    measured = measure_solos(windows, Corpus(()), load_metrics(["harmony", "pitch", "rhythm", "form"]))
    # Mean and deviation as published or counted by others, and how near the mean is to be.
    known = {
        "pitch.pitch_entropy_1": (1.916, 0.329, 0.02),
        "pitch.pitch_entropy_4": (2.874, 0.271, 0.02),
        "rhythm.grooving": (0.837, 0.053, 0.005) if timing == "performed" else (0.878, 0.048, 0.003),
        "form.chord_irregularity": (0.544, 0.227, 0.035),
    }
    if timing == "tatums":
        known |= {
            "rhythm.notes_per_bar": (5.98, 2.26, 0.03),
            "rhythm.empty_bars": (0.050, nan, 0.002),
            "pitch.repeated_notes": (0.054, nan, 0.002),
            "pitch.steps": (0.547, nan, 0.002),
            "pitch.leaps": (0.040, nan, 0.002),
            "harmony.chord_tones": (0.492, nan, 0.02),
            "harmony.scale_tones": (0.722, nan, 0.06),
        }
    for name, (mean, deviation, near) in known.items():
        found = Statistic.of([values[name] for values in measured])
        assert found.mean == pytest.approx(mean, abs=near), name
        assert isnan(deviation) or found.sd == pytest.approx(deviation, abs=0.012), name
