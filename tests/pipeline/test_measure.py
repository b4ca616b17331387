"""The names of what is measured: the same in a run and in an evaluation, and each once."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path
from types import ModuleType

import pytest

from jazzgram import Corpus, JazzgramError, Note, Pipeline, Solo, hookimpl
from jazzgram.config.config import Part
from jazzgram.evaluation import measure_solos
from jazzgram.evaluation.metrics import load_metrics
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find
from jazzgram.pipeline.measure import measure_solo

SOLO = Solo((Note(60, 0, 480), Note(67, 480, 480)), (), 1)
OF_RANGE = """\"\"\"Another range.\"\"\"

from jazzgram import hookimpl


@hookimpl
def measure(solo):
    \"\"\"Measure nothing.\"\"\"
    return {"range": 1.0, "own": 2.0}
"""


def values(*metrics: Part) -> dict[str, float]:
    calls = PluginCalls()
    for part in metrics:
        calls.add(part.plugin)
    return measure_solo(SOLO, Corpus(()), metrics, calls)


def test_a_value_is_named_after_its_metric() -> None:
    found = values(*load_metrics(["pitch", "rhythm"]))
    assert found["pitch.range"] == 7
    assert {name.partition(".")[0] for name in found} == {"pitch", "rhythm"}


def test_a_file_is_named_without_folder_and_ending(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "reach.py").write_text(OF_RANGE)
    plugin = find("mine/reach.py", "measure", tmp_path)
    assert values(Part(plugin, plugin.options())) == {"reach.range": 1.0, "reach.own": 2.0}


def test_a_metric_that_would_overwrite_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pitch.py").write_text(OF_RANGE)
    plugin = find("pitch.py", "measure", tmp_path)
    other = Part(plugin, plugin.options())
    message = r"^the metrics pitch and pitch\.py both measure pitch\.range; rename or leave out one$"
    with pytest.raises(JazzgramError, match=message):
        values(*load_metrics(["pitch"]), other)
    with pytest.raises(JazzgramError, match=message):
        measure_solos([SOLO], Corpus(()), (*load_metrics(["pitch"]), other))


def test_a_metric_named_twice_is_refused() -> None:
    with pytest.raises(JazzgramError, match="the metrics rhythm and rhythm both measure rhythm"):
        values(*load_metrics(["rhythm", "rhythm"]))


def test_a_run_and_an_evaluation_name_values_alike(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    config.write_text("extends: blues\nmodel: {use: markov}\nimprovise: {bars: 4}\nmeasure: [pitch, form]\n")
    pipeline = Pipeline.load(config)
    run = pipeline.run(tmp_path / "out")
    written = json.loads((tmp_path / "out" / "measures.json").read_text())
    (evaluated,) = measure_solos([run.solo], pipeline.corpus, load_metrics(["pitch", "form"]))
    assert list(written) == list(run.measures) == list(evaluated)
    assert "pitch.range" in written
    assert all(value == evaluated[name] or isnan(value) for name, value in run.measures.items())


def test_a_metric_given_in_python_is_named_after_its_module() -> None:
    module = ModuleType("reach", "A metric.")
    vars(module)["measure"] = hookimpl(lambda solo: {"notes": len(solo.notes)})
    plugin = find("reach", "measure", Path(), [module])
    assert values(Part(plugin, plugin.options())) == {"reach.notes": 2}
