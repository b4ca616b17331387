"""A model folder is whole or not there; what is wrong with one is reported in one line."""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jazzgram import JazzgramError, Term, Vocabulary, parse_terms
from jazzgram.hooks.token_model import Weights
from jazzgram.models import load_model, read_checkpoint, save_model, write_checkpoint

VOCABULARY = Vocabulary.of((parse_terms("C,0.333 S,0.667,<M2,d-4> R,1.000"), parse_terms("S,0.667,<M2,d-4> X,2.000")))
OTHER = Vocabulary.of((parse_terms("C,1.000 R,3.000"),))
WEIGHTS: Weights = {
    "kernel": np.arange(12, dtype=np.float32).reshape(3, 4),
    "bias": np.array([0.1, -0.0], dtype=np.float32),
}


def save(folder: Path, **manifest: object) -> None:
    save_model(folder, weights=WEIGHTS, vocabulary=VOCABULARY, manifest=manifest)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "model"
    save_model(
        folder,
        weights=WEIGHTS | {"transposed": WEIGHTS["kernel"].T},
        vocabulary=VOCABULARY,
        manifest={"model": "lstm", "seed": 7, "history": [{"epoch": 1, "loss": 2.5}]},
        extra={"config.yaml": "seed: 7\n"},
    )
    stored = load_model(folder, expected=VOCABULARY)
    assert stored.vocabulary == VOCABULARY and stored.vocabulary.openings == (0, 2)
    assert {name: array.dtype for name, array in stored.weights.items()} == dict.fromkeys(
        ("kernel", "bias", "transposed"), np.float32
    )
    for name, array in WEIGHTS.items():
        assert stored.weights[name].tobytes() == array.tobytes()
    assert (stored.weights["transposed"] == WEIGHTS["kernel"].T).all()
    assert stored.manifest["model"] == "lstm" and stored.manifest["history"] == [{"epoch": 1, "loss": 2.5}]
    assert (folder / "config.yaml").read_text() == "seed: 7\n"
    assert [file.name for file in folder.parent.iterdir()] == ["model"]


def truncate(name: str, keep: int) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes()[:keep])

    return damage


def change(name: str, **values: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        value = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(value | values))

    return damage


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def other_weights(folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    save_model(elsewhere, weights={"kernel": np.zeros(3)}, vocabulary=VOCABULARY, manifest={})
    os.replace(elsewhere / "weights.safetensors", folder / "weights.safetensors")


def raw_weights(dtype: str, content: bytes, shape: tuple[int, ...] = (2,)) -> Callable[[Path], None]:
    """Write a tensor named ``odd`` as any program may, with the manifest that belongs to it."""

    def damage(folder: Path) -> None:
        entry = {"dtype": dtype, "shape": shape, "data_offsets": [0, len(content)]}
        head = json.dumps({"odd": entry}).encode()
        packed = struct.pack("<Q", len(head)) + head + content
        (folder / "weights.safetensors").write_bytes(packed)
        change("manifest.json", weights=hashlib.sha256(packed).hexdigest())(folder)

    return damage


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (remove("manifest.json"), "manifest.json: is missing"),
        (remove("vocabulary.json"), "vocabulary.json: is missing"),
        (remove("weights.safetensors"), "weights.safetensors: is missing"),
        (truncate("manifest.json", 20), "manifest.json: cannot be read"),
        (truncate("vocabulary.json", 20), "vocabulary.json: cannot be read"),
        (truncate("weights.safetensors", 150), "weights.safetensors: cannot be read as weights"),
        (truncate("weights.safetensors", 0), "weights.safetensors: cannot be read as weights"),
        (lambda folder: (folder / "manifest.json").write_text("[1]"), "manifest.json: holds list, expected a JSON"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"), "manifest.json: cannot be read"),
        (change("manifest.json", format=2), "model format 2; this jazzgram reads 1"),
        (change("vocabulary.json", terms=["C,1.000"], openings=[]), "not the vocabulary named in manifest.json"),
        (change("vocabulary.json", terms=["C,loud"]), "not a vocabulary (not a term: 'C,loud'"),
        (change("vocabulary.json", terms=None), "not a vocabulary"),
        (change("vocabulary.json", openings=[4]), "openings name terms from 0 to 3 only"),
        (other_weights, "not the weights named in manifest.json"),
        (raw_weights("BF16", bytes(4)), "weights.safetensors: the weights 'odd' are of type BF16"),
        (raw_weights("F8_E4M3", bytes(2)), "weights.safetensors: the weights 'odd' are of type F8_E4M3"),
        (raw_weights("F8_E5M2", bytes(2)), "weights.safetensors: the weights 'odd' are of type F8_E5M2"),
        (raw_weights("C64", bytes(16)), "weights.safetensors: the weights 'odd' are of type C64"),
        (raw_weights("F99", bytes(4)), "weights.safetensors: cannot be read as weights"),
        (raw_weights("F32", struct.pack("<2f", 1, math.nan)), "weights.safetensors: the weights 'odd' hold NaN"),
        (raw_weights("F16", struct.pack("<2e", 1, -math.inf)), "the weights 'odd' hold infinite numbers"),
        (raw_weights("F64", struct.pack("<2d", math.inf, 1)), "the weights 'odd' hold infinite numbers"),
        (raw_weights("F32", bytes(8), (3,)), "weights.safetensors: cannot be read as weights"),
        (lambda folder: (folder / "manifest.json").write_text("[" * 100_000), "manifest.json: cannot be read: nested"),
        (change("vocabulary.json", terms=[1]), "not a vocabulary"),
        (change("vocabulary.json", openings=[math.inf]), "not a vocabulary"),
    ],
)
def test_a_broken_folder_is_named(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    folder = tmp_path / "model"
    save(folder)
    damage(folder)
    with pytest.raises(JazzgramError) as error:
        load_model(folder)
    assert message in str(error.value)
    assert str(folder) in str(error.value) and "\n" not in str(error.value)
    save(folder)
    load_model(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match=r"nowhere: no such model folder; make one with 'jazzgram train"):
        load_model(tmp_path / "nowhere")


def test_a_model_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "model")
    with pytest.raises(JazzgramError, match=r"made with another vocabulary \(4 terms; the corpus has 2"):
        load_model(tmp_path / "model", expected=OTHER)


def test_a_model_replaces_a_model_with_all_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    save_model(folder, weights=WEIGHTS, vocabulary=VOCABULARY, manifest={}, extra={"config.yaml": "seed: 1\n"})
    save(folder, seed=2)
    assert load_model(folder).manifest["seed"] == 2
    assert sorted(contents(folder)) == ["manifest.json", "vocabulary.json", "weights.safetensors"]
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("with_model", [False, True])
def test_nobody_else_s_files_are_lost(tmp_path: Path, with_model: bool) -> None:
    folder = tmp_path / "music"
    if with_model:
        save(folder)
    folder.mkdir(exist_ok=True)
    (folder / "my solo.mid").write_bytes(b"MThd")
    before = contents(folder)
    with pytest.raises(JazzgramError, match=r"music: holds my solo.mid, which is no part of a model"):
        save(folder)
    assert contents(folder) == before and list(tmp_path.iterdir()) == [folder]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    save(tmp_path / "model")
    assert load_model(tmp_path / "model").vocabulary == VOCABULARY


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("mine")
    with pytest.raises(JazzgramError, match="model: is a file"):
        save(tmp_path / "model")
    with pytest.raises(JazzgramError, match="below: the model cannot be written: "):
        save(tmp_path / "model" / "below")
    assert (tmp_path / "model").read_text() == "mine"


@pytest.mark.parametrize(
    ("interruption", "seen"), [(OSError(28, "No space left on device"), JazzgramError), (KeyboardInterrupt(), None)]
)
def test_an_interrupted_save_leaves_the_old_model(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interruption: BaseException,
    seen: type[BaseException] | None,
) -> None:
    folder = tmp_path / "model"
    save(folder)
    before = contents(folder)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if target == folder and not self.name.endswith(".old"):
            raise interruption
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(seen or type(interruption)):
        save(folder, seed=2)
    assert contents(folder) == before and list(tmp_path.iterdir()) == [folder]


def test_a_term_whose_text_does_not_name_it_is_refused(tmp_path: Path) -> None:
    odd = Vocabulary((Term("chord tone", 480),))
    with pytest.raises(JazzgramError, match=r"the term 'chord tone,1\.000' cannot be stored"):
        save_model(tmp_path / "model", weights=WEIGHTS, vocabulary=odd, manifest={})
    assert not list(tmp_path.iterdir())


PURPOSE = {"seed": 1, "options": {"units": 3}}


def test_a_checkpoint_keeps_shapes_and_types(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    arrays: Weights = {
        "step": np.array(7),
        "moment": np.array([[0.5]], np.float32),
        "history": np.array([[125.9, 0.1]]),
    }
    assert read_checkpoint(path, PURPOSE) is None
    write_checkpoint(path, arrays, PURPOSE)
    back = read_checkpoint(path, PURPOSE)
    assert back is not None
    assert {name: (array.shape, str(array.dtype), array.tolist()) for name, array in back.items()} == {
        "step": ((), "int64", 7),
        "moment": ((1, 1), "float32", [[0.5]]),
        "history": ((1, 2), "float64", [[125.9, 0.1]]),
    }


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    write_checkpoint(path, WEIGHTS, PURPOSE)
    with pytest.raises(JazzgramError, match="of other data, options, seed or library versions; delete it"):
        read_checkpoint(path, PURPOSE | {"seed": 2})
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(JazzgramError, match="checkpoint: not a whole checkpoint"):
        read_checkpoint(path, PURPOSE)
    with pytest.raises(JazzgramError, match="below: the checkpoint cannot be written: Not a directory"):
        write_checkpoint(path / "below", WEIGHTS, PURPOSE)


def test_ctrl_c_while_a_checkpoint_is_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint"
    write_checkpoint(path, WEIGHTS, PURPOSE)

    def interrupt(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_checkpoint(path, {"kernel": np.zeros(1)}, PURPOSE)
    stored = read_checkpoint(path, PURPOSE)
    assert stored is not None and set(stored) == set(WEIGHTS)
    assert list(tmp_path.iterdir()) == [path]
