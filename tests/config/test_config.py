"""Configurations: what is read, and the exact message for each mistake."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from jazzgram import ConfigError, Note, Pipeline, hookimpl
from jazzgram.cli import validate
from jazzgram.config.check import load
from jazzgram.config.files import bundled, locate
from jazzgram.config.yaml_lines import Setting
from jazzgram.hooks.progress import Reporter

GOOD = """\
corpus: {read: jazzgram_text, source: bundled}
tokenizer: {use: deepjazz}
model: {use: lstm, with: {epochs: 2}}
samplers:
  - shape_distribution: temperature
    with: {temperature: 0.9}
  - sample: categorical
chain:
  - prune_grammar: merge_categories
  - prune_notes: repeated_notes
  - clean_up_notes: no_overlaps
improvise: {bars: 4, chords: "Dm7 | G7", tempo: 130}
write: [midi]
"""


def written(folder: Path, text: str = GOOD, name: str = "solo.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", sorted(bundled()))
def test_every_bundled_configuration_is_free_of_mistakes(name: str) -> None:
    assert load(locate(name)).writers


def test_a_configuration_becomes_steps_in_its_own_order(tmp_path: Path) -> None:
    config = load(written(tmp_path), ["improvise.bars=8"])
    assert [step.label for step in config.samplers] == ["1:temperature", "2:categorical"]
    assert [step.hook for step in config.chain] == ["prune_grammar", "prune_notes", "clean_up_notes"]
    assert config.samplers[0].options.model_dump() == {"temperature": 0.9}
    assert config.sections.improvise.bars == 8


def test_a_parents_relative_paths_stay_its_own(tmp_path: Path) -> None:
    plugin = "from jazzgram import hookimpl\n@hookimpl\ndef prune_notes(notes):\n    return list(notes)\n"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "keep.py").write_text(plugin)
    written(tmp_path / "base", GOOD.replace("prune_notes: repeated_notes", "prune_notes: keep.py"), "base.yaml")
    config = load(written(tmp_path, "extends: base/base.yaml\nseed: 9\n"))
    assert config.chain[1].plugin.origin == str(tmp_path / "base" / "keep.py")
    assert config.sections.seed == 9


def test_a_bundled_configuration_is_extended_by_name(tmp_path: Path) -> None:
    assert load(written(tmp_path, "extends: blues\nseed: 3\n")).sections.improvise.tempo == 160


def test_plugins_from_python_are_found_by_name(tmp_path: Path) -> None:
    @hookimpl
    def prune_notes(notes: tuple[Note, ...]) -> list[Note]:
        return list(notes)

    module = ModuleType("my.own")
    vars(module)["prune_notes"] = prune_notes
    config = load(written(tmp_path, GOOD.replace("repeated_notes", "own")), given=[module])
    assert config.chain[1].plugin.origin == "given"


def replaced(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (replaced("write: [midi]", "wrte: [midi]"), "solo.yaml:13: wrte: unknown key (did you mean write?)"),
        (replaced("tempo: 130", "tempo: fast"), "solo.yaml:12: improvise.tempo: expected a number"),
        (replaced("tempo: 130", "tempo: 5000"), "(got 5000)"),
        (replaced("tempo: 130", "temp: 130"), "solo.yaml:12: improvise.temp: unknown key (did you mean tempo?)"),
        (replaced("bars: 4", "bars: 0"), "solo.yaml:12: improvise.bars: expected at least 1 (got 0)"),
        (replaced("bars: 4", "meter: 4:4"), "solo.yaml:12: improvise.meter: not a meter: '4:4'"),
        (replaced("bars: 4", "start: C"), "solo.yaml:12: improvise.start: not a term: 'C'"),
        (replaced('"Dm7 | G7"', '"Dm7 | Hm7"'), "solo.yaml:12: improvise.chords: "),
        (replaced("use: deepjazz", "use: deepjaz"), "solo.yaml:2: tokenizer.use: no plugin 'deepjaz' for parse_melody (did you mean deepjazz?)"),
        (replaced("use: lstm", "use: [lstm]"), "solo.yaml:3: model.use: expected the name of a plugin (got ['lstm'])"),
        (replaced("model: {use: lstm, with:", "model: {use: lstm, options:"), "solo.yaml:3: model.options: unknown key; known: use, with"),
        (replaced("corpus: {read: jazzgram_text,", "corpus: {read: jazzgram_text, options: {a: 1},"), "corpus.options: unknown key; known: read, source, with, split, fallback"),
        (replaced("epochs: 2", "epoch: 2"), "solo.yaml:3: model.with.epoch: unknown key (did you mean epochs?)"),
        (replaced("epochs: 2", "epochs: many"), "solo.yaml:3: model.with.epochs: expected a whole number"),
        (replaced("with: {epochs: 2}", "with: 2"), "solo.yaml:3: model.with: "),
        (replaced("temperature: 0.9", "temperature: -1"), "solo.yaml:6: samplers.0.with.temperature: expected at least"),
        (replaced("shape_distribution: temperature", "shape_distributions: temperature"), "solo.yaml:5: samplers.0: expected one of shape_distribution, sample (got shape_distributions, with) (did you mean shape_distribution?)"),
        (replaced("  - sample: categorical\n", ""), "solo.yaml:4: samplers: expected one 'sample' step, the last of the list"),
        (replaced("prune_notes: repeated_notes", "prune_notes: repeated_note"), "solo.yaml:10: chain.1.prune_notes: no plugin 'repeated_note' for prune_notes (did you mean repeated_notes?)"),
        (replaced("prune_notes: repeated_notes", "prune_notes: merge_categories"), "solo.yaml:10: chain.1.prune_notes: merge_categories is a prune_grammar step, not a prune_notes one"),
        (replaced("prune_notes: repeated_notes", "prune_notes: mine.py"), "solo.yaml:10: chain.1.prune_notes: no plugin file "),
        (replaced("  - prune_notes: repeated_notes\n", "  - prune_notes\n"), "solo.yaml:10: chain.1: expected a step such as 'prune_grammar: name' (got 'prune_notes')"),
        (replaced("  - prune_notes: repeated_notes\n", "  - prune_notes: repeated_notes\n    wth: {}\n"), "solo.yaml:11: chain.1.wth: unknown key (did you mean with?)"),
        (replaced("  - clean_up_notes: no_overlaps\n", "  - clean_up_notes: no_overlaps\n  - prune_notes: repeated_notes\n"), "solo.yaml:12: chain.3: prune_notes stands after clean_up_notes; the order is prune_grammar, prune_notes, clean_up_notes"),
        (replaced("corpus: {read: jazzgram_text, source: bundled}\n", ""), "corpus: is missing"),
        (replaced("write: [midi]", "write: [mp4]"), "solo.yaml:13: write.0: no plugin 'mp4' for write_solo"),
        (replaced("write: [midi]", "write: midi"), "solo.yaml:13: write: expected a list, such as [midi] (got 'midi')"),
        (GOOD + "bars: 8\n", "bars: unknown key (did you mean improvise.bars?)"),
        ("seed: 3\n", "solo.yaml:1: corpus, tokenizer, model, samplers are missing; begin with 'extends: blues'"),
        (replaced("  - clean_up_notes: no_overlaps\n", "  - clean_up_notes: swing\n  - with: {ratio: 2}\n"), "chain.3: options without a step; indent 'with' as far as the step's name above it"),
        (replaced("prune_notes: repeated_notes", "prune_notes: swing"), "chain.1.prune_notes: swing is a clean_up_notes step, not a prune_notes one: write clean_up_notes: swing"),
        (replaced("prune_notes: repeated_notes", "prune_notes: fill_bar"), "fill_bar is a prune_grammar step, not a prune_notes one: write prune_grammar: fill_bar"),
        ("extends: nothing.yaml\n", "solo.yaml:1: extends: no such file"),
        ("extends: solo.yaml\n", "solo.yaml:1: extends: solo.yaml leads back to itself"),
        ("extends: [a]\n", "solo.yaml:1: extends: expected the path of a YAML file (got ['a'])"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_message(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert message in str(error.value).replace(f"{tmp_path}/", "")


def test_a_step_less_is_no_mistake(tmp_path: Path) -> None:
    config = load(written(tmp_path, replaced("  - prune_grammar: merge_categories\n", "") + "\n"))
    assert [step.label for step in config.chain] == ["1:repeated_notes", "2:no_overlaps"]


PLUGIN = "from jazzgram import hookimpl, Options\n"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def prune_notes(notes): return []\n", "mine.py:2: prune_notes lacks the @hookimpl mark"),
        ("@hookimpl\ndef prune_note(notes): return []\n", "mine.py:2: there is no hook 'prune_note' (did you mean prune_notes?)"),
        ("@hookimpl\ndef prune_notes(note): return []\n", "mine.py:2: prune_notes has no argument 'note' (did you mean notes?); it may name: notes, chords"),
        ("@hookimpl\ndef sample(probabilities): return 0\n", "mine.py is a sample step, not a prune_notes one: write sample: mine.py"),
        ("class Options: pass\n", "mine.py: class Options must derive from jazzgram.Options"),
        ("x = 1\n", "mine.py does not implement prune_notes; it implements no hook at all (is @hookimpl missing?)"),
        ("def broken(:\n", "mine.py:2: invalid syntax"),
        ("import no_such_module\n", "mine.py:2: cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"),
        ("1 / 0\n", "mine.py:2: cannot be imported: ZeroDivisionError"),
        ("raise SystemExit(3)\n", "mine.py:2: cannot be imported: SystemExit: 3"),
        ("\0\n", "mine.py: source code string cannot contain null bytes"),
    ],
)  # fmt: skip
def test_each_broken_plugin_has_its_message(tmp_path: Path, code: str, message: str) -> None:
    (tmp_path / "mine.py").write_text(PLUGIN + code)
    path = written(tmp_path, replaced("prune_notes: repeated_notes", "prune_notes: mine.py"))
    with pytest.raises(ConfigError) as error:
        load(path)
    assert message in str(error.value).replace(f"{tmp_path}/", "")


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("deepjazz", "deepjaz").replace("epochs", "epoch").replace("tempo: 130", "tempo: x")
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, text))
    assert len(error.value.mistakes) == 3


def test_an_unknown_name_lists_the_bundled_ones() -> None:
    with pytest.raises(ConfigError, match=r"methany: no such file.*\(did you mean metheny\?\); bundled: base, blues"):
        locate("methany")


def test_a_folder_or_music_in_place_of_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("out/weimar", "blues"):
        Path(name).mkdir(parents=True)
    assert locate("blues").name == "blues.yaml", "a bundled name is not hidden by a folder"
    with pytest.raises(
        ConfigError, match=r"out/weimar: is a folder \(expected a YAML file or the name of a bundled one\)$"
    ):
        locate("out/weimar")
    Path("out/weimar/run.yaml").touch()
    with pytest.raises(ConfigError, match=r"name the configuration in it: out/weimar/run\.yaml"):
        locate("out/weimar")
    Path("tune.MID").write_bytes(b"MThd")
    with pytest.raises(
        ConfigError, match=r"tune\.MID: is music, not a configuration .*--chart, or let .*--write-config"
    ):
        locate("tune.MID")


# --- options that were renamed ---------------------------------------------------------------------------------------

RENAMED = """\
from typing import ClassVar
import jazzgram
from jazzgram import hookimpl

class Options(jazzgram.Options):
    renamed: ClassVar = {"most": "limit"}
    limit: int = 3

@hookimpl
def prune_notes(notes, options):
    return list(notes)[: options.limit]
"""


def with_renamed(folder: Path, options: str) -> Path:
    (folder / "few.py").write_text(RENAMED)
    steps = f"prune_notes: few.py\n    with: {options}"
    return written(folder, GOOD.replace("prune_notes: repeated_notes", steps))


def test_an_old_name_of_an_option_works_and_warns_once(tmp_path: Path) -> None:
    path = with_renamed(tmp_path, "{most: 5}")
    config = load(path)
    assert config.chain[1].options.model_dump() == {"limit": 5}
    line = f"{path}:11: chain.1.with.most: is now called limit; the old name works in this minor version only"
    assert config.warnings == (line,)
    assert str(config.document.source(("chain", 1, "with", "limit"))) == f"{path}:11"
    warnings: list[str] = []
    reporter = Reporter()
    reporter.warn = warnings.append  # type: ignore[method-assign, assignment]
    Pipeline.load(path, reporter=reporter)
    assert warnings == [line]
    result = CliRunner().invoke(validate.command, [str(path)])
    assert result.exit_code == 0 and result.stderr == f"WARNING: {line}\n"


def test_the_new_name_of_an_option_warns_of_nothing(tmp_path: Path) -> None:
    assert load(with_renamed(tmp_path, "{limit: 5}")).warnings == ()


def test_an_option_under_both_names_is_a_mistake(tmp_path: Path) -> None:
    path = with_renamed(tmp_path, "{most: 5, limit: 4}")
    with pytest.raises(ConfigError, match=r":11: chain.1.with.most: is the old name of limit, which is given too"):
        load(path)


@pytest.mark.parametrize(
    ("settings", "bars"),
    [
        (["improvise.bars=4"], 4),
        (["improvise.chords='Dm7 | G7 | Cmaj7'", "improvise.choruses=2"], 6),
        (["improvise.chords='|: Dm7 | G7 :|'", "improvise.choruses=1"], 4),
    ],
)
def test_the_length_of_a_curve_is_checked_where_the_bars_are_known(settings: list[str], bars: int) -> None:
    load(locate("blues"), [*settings, "improvise.shape.density=[1, 2]"])
    with pytest.raises(ConfigError, match=f"improvise.shape.density: a curve of 5 values over {bars} bars"):
        load(locate("blues"), [*settings, "improvise.shape.density=[1, 2, 3, 1, 2]"])
    load(
        locate("blues"),
        ["improvise.ending=tag", "improvise.bars=4", "improvise.shape.density=[1, 2, 3, 1, 2, 3, 1, 2]"],
    )


def test_an_old_name_with_a_wrong_value_is_reported_under_the_new_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r":11: chain.1.with.limit: .*whole number.* \(got 'many'\)"):
        load(with_renamed(tmp_path, "{most: many}"))


def test_changes_are_checked_beside_other_mistakes(tmp_path: Path) -> None:
    text = replaced('"Dm7 | G7"', '"Dm7 | X7 | Hm7"').replace("tempo: 130", "tempo: x") + "seed: 1.5\n"
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, text))
    assert len(error.value.mistakes) == 3
    (chords,) = (mistake for mistake in error.value.mistakes if "improvise.chords: bar 2: " in mistake)
    assert "bar 3: " in chords


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        ("title: Mine\n| Dm7 | Gx |\n", "improvise.chart.source: "),
        ("title: Mine\n| Dm7 | G7 |\n", "improvise.chart.tune: there is no tune 'Mien' (did you mean Mine?)"),
    ],
)
def test_validate_reads_the_chart_beside_other_mistakes(tmp_path: Path, chart: str, message: str) -> None:
    (tmp_path / "mine.txt").write_text(chart)
    section = "chart: {read: lead_sheet, source: mine.txt, tune: Mien}, tempo: x"
    path = written(tmp_path, replaced("tempo: 130", section))
    result = CliRunner().invoke(validate.command, [str(path)])
    assert len(result.exception.mistakes) == 2  # type: ignore[union-attr]
    assert message in str(result.exception)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (Setting('improvise.chords="Dm7 | Gx"', "--chords"), "--chords: bar 2: "),
        (Setting("improvise.tempo=9", "--tempo"), "--tempo: expected at least 20 (got 9)"),
        ("improvise.tempo=9", "--set improvise.tempo: expected"),
        ("bars=8", "--set bars: unknown key (did you mean improvise.bars?)"),
        ("write=mp3", "--set write: expected a list, such as [mp3] (got 'mp3')"),
        ("chain.1.with={of: 2}", "--set chain.1.with: chain.1.with.of: unknown key"),
    ],
)
def test_a_mistake_in_a_setting_names_what_was_typed(tmp_path: Path, setting: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, GOOD), [setting])
    assert str(error.value).startswith(message)


def test_only_plugins_that_fit_the_hook_are_offered(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, replaced("prune_notes: repeated_notes", "prune_notes: nothing_like_it")))
    offered = str(error.value).partition("installed: ")[2]
    assert "low_notes" in offered
    assert not {"density", "fill_bar"} & set(offered.replace(";", ",").split(", "))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("live.trade=0", "--set live.trade: expected at least 1 or 'chorus' (got 0)"),
        ("live.trade=half", "--set live.trade: expected a whole number or 'chorus' (got 'half')"),
        ("improvise.shape={density: 3}", "--set improvise.shape: improvise.shape.density: expected a list (got 3)"),
        (
            "improvise.shape={density: [1, x]}",
            "--set improvise.shape: improvise.shape.density.1: expected a number (got 'x')",
        ),
        (
            "improvise.shape={density: [1, 99]}",
            "--set improvise.shape: improvise.shape.density.1: expected at most 24 (got 99)",
        ),
        ("accompany.drums=[1]", "--set accompany.drums: expected true or false or text (got [1])"),
    ],
)
def test_what_may_be_of_several_kinds_is_one_line(setting: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(locate("blues"), [setting])
    assert list(error.value.mistakes) == [message]
