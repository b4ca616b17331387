"""Model folders whose weights are another model's, or nobody's: one line that names file and parameter."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from small_configs import write_bundled

from jazzgram import JazzgramError, Pipeline
from jazzgram.cli import model
from jazzgram.hooks.token_model import Weights
from jazzgram.models import load_model, save_model

Edit = Callable[[Weights], Weights]


@pytest.fixture(scope="module", params=["markov", "grammar"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    name: str = request.param
    folder = tmp_path_factory.mktemp("models") / name
    config = write_bundled(folder.parent, "improvise: {bars: 2}\n")
    Pipeline.load(config, settings=[f"model.use={name}"]).train(folder)
    return folder


@pytest.fixture
def edited(trained: Path, tmp_path: Path) -> Callable[[Edit], Path]:
    def write(edit: Edit) -> Path:
        stored = load_model(trained)
        config = (trained / "config.yaml").read_text()
        folder = tmp_path / trained.name
        save_model(
            folder,
            weights=edit(stored.weights),
            vocabulary=stored.vocabulary,
            manifest=stored.manifest,
            extra={"config.yaml": config},
        )
        return folder

    return write


def a_chain(weights: Weights) -> str:
    return next(name for name in sorted(weights) if name.endswith("keys_1"))


@pytest.mark.parametrize(
    "edit",
    [
        lambda weights: {name: array for name, array in weights.items() if name != a_chain(weights)},
        lambda weights: weights | {a_chain(weights): weights[a_chain(weights)][None]},
        lambda weights: weights | {a_chain(weights): np.zeros((), np.int64)},
        lambda weights: weights | {a_chain(weights): weights[a_chain(weights)].astype(np.float32)},
        lambda weights: weights | {a_chain(weights): weights[a_chain(weights)][:-1]},
        lambda weights: weights | {a_chain(weights): weights[a_chain(weights)] + 10_000},
        lambda weights: {},
    ],
)
def test_other_weights_are_one_line(edited: Callable[[Edit], Path], edit: Edit) -> None:
    folder = edited(edit)
    with pytest.raises(JazzgramError) as error:
        Pipeline.load_trained(folder)
    assert str(error.value).startswith(f"{folder / 'weights.safetensors'}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("trained", ["grammar"], indirect=True)
@pytest.mark.parametrize("share", [-0.5, 0, 2])
def test_a_share_beyond_all_terms(edited: Callable[[Edit], Path], share: float) -> None:
    folder = edited(lambda weights: weights | {"overlong": np.array(share, np.float32)})
    with pytest.raises(JazzgramError, match="the weights overlong are"):
        Pipeline.load_trained(folder)


@pytest.mark.parametrize(
    "entry",
    [{"options": [1]}, {"history": 3}, {"history": [{}]}, {"history": [{"loss": "low"}]}, {"options": {"a": 1}}],
)
def test_a_manifest_with_other_entries_is_shown_or_one_line(
    trained: Path, tmp_path: Path, entry: dict[str, object]
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in trained.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | entry))
    (folder / "README.md").write_bytes(b"\xff")
    result = CliRunner().invoke(model.command, ["show", str(folder)])
    assert result.exit_code == 0 or isinstance(result.exception, JazzgramError), result.exception
    assert Pipeline.load_trained(folder).improvise().solo.bars == 2
