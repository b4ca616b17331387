"""The model store: a folder with a trained model's weights, vocabulary and manifest.

=======================  =========================================================================================
``weights.safetensors``  the parameters by name
``vocabulary.json``      ``terms``, their text in the order of the token ids, ``openings`` and ``labels`` (see
                         `Vocabulary`)
``manifest.json``        ``format`` 1, the jazzgram version, fingerprints of the two other files, the names of all
                         ``files``, and entries of the caller: plugin, options, seed, training history
=======================  =========================================================================================

No pickle, no code: a model folder of unknown origin can be opened safely. A plugin file or a Dask scheduler that its
``config.yaml`` names is refused until the user trusts it (`jazzgram.config.trust`).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.hooks.token_model import Weights
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.labels import Labels
from jazzgram.music.term import Term
from jazzgram.resources.frozen import dataclass
from jazzgram.resources.staging import staging_folder, sweep

_FORMAT = 1
WEIGHTS, _VOCABULARY, _MANIFEST = "weights.safetensors", "vocabulary.json", "manifest.json"
_DTYPES = frozenset({"BOOL", "I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "F16", "F32", "F64"})
"""The types of parameters, as safetensors calls them: those that NumPy has."""
_REMEDY = "train the model again, or name another folder"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """The content of a model folder.

    Parameters
    ----------
    weights : dict of str to ndarray
        For `TokenModel.load`.
    vocabulary : Vocabulary
        The terms that the model predicts.
    manifest : dict
        How it was made.
    """

    weights: Weights
    vocabulary: Vocabulary
    manifest: dict[str, Any]


def save_model(
    folder: Path,
    *,
    weights: Weights,
    vocabulary: Vocabulary,
    manifest: Mapping[str, Any],
    extra: Mapping[str, str | bytes] | None = None,
) -> None:
    """Write a model folder, whole or not at all.

    Parameters
    ----------
    folder : Path
        Created, or replaced where it holds a model.
    weights : dict of str to ndarray
        From `TokenModel.weights`.
    vocabulary : Vocabulary
        The terms that the model predicts.
    manifest : mapping
        JSON values about how the model was made.
    extra : mapping of str to str or bytes, optional
        Further files of the model folder: name to content.

    Raises
    ------
    JazzgramError
        Where the folder holds anything but a model, or cannot be written, or where a term's text does not name the
        term; then nothing has changed.
    """
    from jazzgram import __version__

    texts: dict[str, str | bytes] = dict(extra or {})
    texts[_VOCABULARY] = _vocabulary_text(vocabulary)
    try:
        folder = Path(os.path.realpath(folder))
        _refuse_other_files(folder, {WEIGHTS, _VOCABULARY, _MANIFEST, *texts})
        folder.parent.mkdir(parents=True, exist_ok=True)
        sweep(folder.parent)
        with staging_folder(folder.parent) as scratch:
            staging = scratch / folder.name  # with the permissions that any new folder has
            staging.mkdir()
            packed = _packed(weights)
            (staging / WEIGHTS).write_bytes(packed)
            head = {
                "format": _FORMAT,
                "jazzgram": __version__,
                "vocabulary": vocabulary.fingerprint,
                "weights": hashlib.sha256(packed).hexdigest(),
                "files": sorted({WEIGHTS, _MANIFEST, *texts}),
            }
            texts[_MANIFEST] = json.dumps({**manifest, **head}, indent=2, ensure_ascii=False) + "\n"
            for name, text in texts.items():
                (staging / name).write_bytes(text if isinstance(text, bytes) else text.encode())
            _put(staging, folder)
    except OSError as error:
        raise JazzgramError(
            f"{folder}: the model cannot be written: {error.strerror or error}; name another folder"
        ) from error


def load_model(folder: Path, expected: Vocabulary | None = None) -> StoredModel:
    """Read a model folder.

    Parameters
    ----------
    folder : Path
        As `save_model` left it.
    expected : Vocabulary, optional
        The vocabulary that the model must have been made with.

    Raises
    ------
    JazzgramError
        One line that names the file: missing, broken, of another format, not of one model, or made with another
        vocabulary than `expected`.
    """
    if not folder.is_dir():
        raise JazzgramError(f"{folder}: no such model folder; make one with 'jazzgram train CONFIG --out DIR'")
    manifest = _read_json(folder / _MANIFEST)
    if manifest.get("format") != _FORMAT:
        raise JazzgramError(
            f"{folder / _MANIFEST}: model format {manifest.get('format')!r}; this jazzgram reads {_FORMAT}; {_REMEDY}"
        )
    vocabulary = _read_vocabulary(folder / _VOCABULARY)
    if vocabulary.fingerprint != manifest.get("vocabulary"):
        raise JazzgramError(f"{folder / _VOCABULARY}: not the vocabulary named in {_MANIFEST}; {_REMEDY}")
    if expected is not None and vocabulary.fingerprint != expected.fingerprint:
        raise JazzgramError(
            f"{folder}: model made with another vocabulary ({len(vocabulary)} terms; the corpus has {len(expected)}"
            " and not the same ones); train on this corpus, or take the corpus and tokenizer it was made with"
        )
    return StoredModel(_read_weights(folder / WEIGHTS, manifest.get("weights")), vocabulary, manifest)


def _vocabulary_text(vocabulary: Vocabulary) -> str:
    for term in vocabulary.terms:
        if not _round_trips(term):
            raise JazzgramError(
                f"the term {str(term)!r} cannot be stored: it does not survive being written and read; a"
                " tokenizer's kinds and ranges must be free of spaces, '<' and '>', kinds of commas too"
            )
    terms = [str(term) for term in vocabulary.terms]
    parts = {"terms": terms, "openings": vocabulary.openings, "labels": [astuple(each) for each in vocabulary.labels]}
    # A line for each part: a corpus has tens of thousands of openings.
    lines = (f"{json.dumps(name)}: {json.dumps(values, ensure_ascii=False)}" for name, values in parts.items())
    return "{" + ",\n".join(lines) + "}\n"


def _round_trips(term: Term) -> bool:
    try:
        return Term.parse(str(term)) == term
    except ValueError:
        return False


def _packed(weights: Weights) -> bytes:
    from safetensors.numpy import save

    return bytes(save({name: np.asarray(array, order="C") for name, array in weights.items()}))


def _refuse_other_files(folder: Path, own: set[str]) -> None:
    """Raise JazzgramError where replacing the folder would delete anything that is not part of a model."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise JazzgramError(f"{folder}: is a file; name a folder for the model")
    present = {file.name for file in folder.iterdir()}
    if _MANIFEST in present:
        # A model with a broken manifest is replaced too, as far as its files bear a model's names.
        with suppress(JazzgramError, TypeError):
            own = own | set(_read_json(folder / _MANIFEST).get("files", ()))
    others = sorted(present - own)
    if others:
        raise JazzgramError(
            f"{folder}: holds {others[0]}, which is no part of a model and would be lost; name a new folder"
        )


def _put(staging: Path, folder: Path) -> None:
    """Rename a finished folder to its final name; an older one is deleted only after that."""
    if not folder.exists():
        staging.rename(folder)
        return
    retired = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.old")
    folder.rename(retired)
    try:
        staging.rename(folder)
    except BaseException:
        retired.rename(folder)
        raise
    shutil.rmtree(retired, ignore_errors=True)


def _read_json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise JazzgramError(f"{file}: is missing, so this is not a whole model folder; {_REMEDY}") from error
    except (OSError, ValueError) as error:
        raise JazzgramError(f"{file}: cannot be read: {error}; {_REMEDY}") from error
    except RecursionError as error:
        raise JazzgramError(f"{file}: cannot be read: nested too deeply; {_REMEDY}") from error
    if not isinstance(value, dict):
        raise JazzgramError(f"{file}: holds {type(value).__name__}, expected a JSON object; {_REMEDY}")
    return value


def _read_vocabulary(file: Path) -> Vocabulary:
    value = _read_json(file)
    try:
        terms = tuple(Term.parse(text) for text in value["terms"])
        openings = tuple(map(int, value["openings"]))
        labels = tuple(Labels(*map(str, names)) for names in value.get("labels", ()))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise JazzgramError(f"{file}: not a vocabulary ({error}); {_REMEDY}") from error
    if openings and not 0 <= min(openings) <= max(openings) < len(terms):
        raise JazzgramError(f"{file}: openings name terms from 0 to {len(terms) - 1} only; {_REMEDY}")
    return Vocabulary(terms, openings, labels)


def _read_weights(file: Path, fingerprint: Any) -> Weights:
    from safetensors import SafetensorError, deserialize
    from safetensors.numpy import load

    try:
        packed = file.read_bytes()
        for name, tensor in deserialize(packed):  # type: ignore[no-untyped-call]
            if tensor["dtype"] not in _DTYPES:
                raise JazzgramError(
                    f"{file}: the weights {name!r} are of type {tensor['dtype']}, which no model here has;"
                    " convert them to F32, or name another folder"
                )
        weights: Weights = load(packed)
    except FileNotFoundError as error:
        raise JazzgramError(f"{file}: is missing, so this is not a whole model folder; {_REMEDY}") from error
    except (OSError, SafetensorError) as error:
        raise JazzgramError(f"{file}: cannot be read as weights: {error}; {_REMEDY}") from error
    if hashlib.sha256(packed).hexdigest() != fingerprint:
        raise JazzgramError(f"{file}: not the weights named in {_MANIFEST}; {_REMEDY}")
    for name, array in weights.items():
        if not np.isfinite(array).all():
            what = "NaN" if np.isnan(array).any() else "infinite numbers"
            raise JazzgramError(f"{file}: the weights {name!r} hold {what}; {_REMEDY}")
    return weights


def shipped_model(key: str) -> Path | None:
    """Return the folder of the shipped model that was trained for a key; None where there is none.

    Shipped models are trained on the bundled corpus alone, so that a first solo needs no training. The key is that of
    `jazzgram.models.trained.Training.shipped_key`: same terms, options, seed and version of the model's plugin.
    ``models/index.json`` in the package's data has for each key the folder, and the hash of the code that trained what
    is in it. ``data/make_models.py`` makes them.

    Examples
    --------
    >>> shipped_model("0123") is None
    True
    """
    folder = Path(str(files("jazzgram_data"))) / "models"
    index: dict[str, dict[str, str]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return folder / index[key]["folder"] if key in index else None
