"""A configuration's token model: trained, or loaded from the cache or from what comes with jazzgram."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram.config.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import Dataset, Epoch, TokenModel, label_kinds
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.models import is_chief, load_model, save_model, tensorboard, train_on
from jazzgram.models.store import shipped_model
from jazzgram.resources.cache import cache_root, content_key, discard
from jazzgram.resources.results import code_key


class DatasetSource(Protocol):
    """The dataset of a model."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms of the dataset."""

    @property
    def digest(self) -> str:
        """A hash of the whole dataset."""

    def data(self) -> Dataset:
        """Return the training tunes and the validation tunes."""


def _as_built(part: Part, model: TokenModel) -> TokenModel:
    """Return a member as it is."""
    return model


def build(
    part: Part,
    calls: PluginCalls,
    vocabulary: Vocabulary,
    as_member: Callable[[Part, TokenModel], TokenModel] = _as_built,
) -> TokenModel:
    """Build a configuration's model, its members first.

    Parameters
    ----------
    part : Part
        The model plugin with its options and members.
    calls : PluginCalls
        The plugin manager with its plugins.
    vocabulary : Vocabulary
        The terms that it and its members predict.
    as_member : callable
        Wraps a member's model; called with its part and the model.

    Returns
    -------
    TokenModel
        Not trained.
    """
    members = tuple(as_member(member, build(member, calls, vocabulary, as_member)) for member in part.members)
    model: TokenModel = calls.caller("build_model", part.plugin)(
        vocabulary=vocabulary, options=part.options, members=members
    )
    return model


@dataclass
class Training:
    """The training of a configuration's model, or its loading from where it is stored.

    Parameters
    ----------
    part : Part
        The model plugin with its options.
    calls : PluginCalls
        The plugin manager with the plugin.
    tokens : DatasetSource
        The dataset; that of a corpus is a `jazzgram.corpus.token_table.TokenTable`.
    seed : int
        Decides everything random.
    facts : mapping of str to anything
        Further entries of its manifest, as JSON.
    reporter : Reporter
        Called with each epoch.
    use_cache : bool
        Whether a stored model of the same training is loaded.
    devices : {"one", "all"}
        Devices that networks are trained on.

    Attributes
    ----------
    history : list of Epoch
        Of the training that made the model.
    """

    part: Part
    calls: PluginCalls
    tokens: DatasetSource
    seed: int
    facts: Mapping[str, Any]
    reporter: Reporter
    use_cache: bool = True
    devices: Literal["one", "all"] = "one"
    history: list[Epoch] = field(default_factory=list, init=False)

    @cached_property
    def key(self) -> str:
        """A hash of everything that decides the trained model."""
        return content_key(
            tokens=self.tokens.digest,
            model=self.part.plugin.name,
            code=model_code(self.part),
            options=self.part.options.model_dump(mode="json"),
            seed=self.seed,
        )

    @cached_property
    def shipped_key(self) -> str:
        """A hash by which a model that comes with jazzgram is found; empty where none of its kind comes with it.

        It has the plugin's ``MODEL_VERSION`` in place of its code, so that a change after which the same weights are
        trained leaves the model in use.
        """
        version = self.part.plugin.model_version
        if version is None or self.part.members:
            return ""
        return content_key(
            tokens=self.tokens.digest,
            model=self.part.plugin.name,
            version=version,
            options=self.part.options.model_dump(mode="json"),
            seed=self.seed,
        )

    def trained(self) -> tuple[TokenModel, str]:
        """Return the trained model, and in a few words whether it was trained or loaded."""
        model = build(self.part, self.calls, self.tokens.vocabulary, partial(_Member, self))
        return model, self.load_or_fit(model)

    def load_or_fit(self, model: TokenModel) -> str:
        """Load the stored weights of a model that was just built, or train it; return which in a few words."""
        if self.use_cache:
            for folder, how in self.stored():
                if self._load(model, folder):
                    return how
                if folder == self._folder:
                    discard(folder)
        if not self._folder.is_dir():
            discard(self._folder)  # a file in its place
        return _summary(self.history, self._fit(model, self._folder))

    @cached_property
    def data(self) -> Dataset:
        """The training tunes and the validation tunes."""
        return self.tokens.data()

    def stored(self) -> list[tuple[Path, str]]:
        """Return the folders that hold the trained model, that of the cache first, each with where it comes from."""
        found = (
            (self._folder, "trained before; taken from the cache"),
            (shipped_model(self.shipped_key), "comes with jazzgram"),
        )
        return [(folder, how) for folder, how in found if folder is not None and folder.is_dir()]

    @property
    def _folder(self) -> Path:
        return cache_root() / "models" / self.key

    def manifest(self) -> dict[str, Any]:
        """Return the manifest of the model's folder."""
        return {
            "model": self.part.plugin.name,
            "options": self.part.options.model_dump(mode="json"),
            **({"members": [member.plugin.name for member in self.part.members]} if self.part.members else {}),
            "seed": self.seed,
            **self.facts,
            "history": [_entry(epoch) for epoch in self.history],
        }

    def epochs(self) -> Sequence[Epoch]:
        """Return the epochs of the training, also of a stored model; none where there is no model yet."""
        for folder, _ in self.stored() if not self.history else ():
            return read_epochs(load_model(folder).manifest["history"])
        return self.history

    def _load(self, model: TokenModel, folder: Path) -> bool:
        """Load a folder's weights; warn and return False where they cannot be loaded."""
        try:
            stored = load_model(folder, expected=self.tokens.vocabulary)
            model.load({name: _as_float32(array) for name, array in stored.weights.items()})
            self.history[:] = read_epochs(stored.manifest["history"])
        except (JazzgramError, LookupError, TypeError) as error:
            self.reporter.warn(f"The stored model cannot be used ({error}); training again.")
            return False
        return True

    def _fit(self, model: TokenModel, folder: Path) -> str:
        """Train and store; return how it was computed, where that depends on the machine.

        A checkpoint beside the folder holds the state of an interrupted training.
        """
        self.history.clear()
        folder.parent.mkdir(parents=True, exist_ok=True)
        checkpoint = folder.parent / f"{folder.name}.checkpoint"
        if not self.use_cache:
            _discard(checkpoint)
        with train_on(self.devices) as found, tensorboard(self.key[:12]) as show:

            def report(epoch: Epoch) -> None:
                self.history.append(epoch)
                self.reporter.epoch(epoch)
                show(epoch)

            model.fit(self.data, self.seed, checkpoint, report)
            if is_chief():
                vocabulary = self.tokens.vocabulary
                save_model(folder, weights=model.weights(), vocabulary=vocabulary, manifest=self.manifest())
                _discard(checkpoint)
        precision = getattr(self.part.options, "precision", "float32")
        computed = ([] if precision == "float32" else [f"in {precision}"]) + [f"on {each}" for each in found[:1]]
        return " ".join(computed)


@dataclass(frozen=True)
class _LoadedDataset:
    """A dataset that was loaded before."""

    vocabulary: Vocabulary
    digest: str
    loaded: Dataset

    def data(self) -> Dataset:
        return self.loaded


class _Member:
    """A member of another model: on the configuration's dataset it is loaded where it has been trained alone before."""

    def __init__(self, whole: Training, part: Part, model: TokenModel) -> None:
        self._whole = whole
        self._part = part
        self._model = model
        self.weights, self.load, self.start = model.weights, model.load, model.start
        self.step, self.gather = model.step, model.gather
        self.label_kinds = label_kinds(model)

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        if data is not self._whole.data:  # another dataset than the configuration's
            self._model.fit(data, seed, checkpoint, report)
            return
        reporter = _Reporting(self._whole.reporter, report)
        dataset = _LoadedDataset(self._whole.tokens.vocabulary, self._whole.tokens.digest, data)
        own = replace(self._whole, part=self._part, tokens=dataset, seed=seed, reporter=reporter)
        own.load_or_fit(self._model)
        for epoch in own.history if not reporter.reported else ():
            report(epoch)


class _Reporting(Reporter):
    """Report the epochs of a member's training; pass warnings on."""

    def __init__(self, reporter: Reporter, report: Callable[[Epoch], None]) -> None:
        self.reported = False
        self._listener = reporter
        self._report = report

    def epoch(self, epoch: Epoch) -> None:
        self.reported = True
        self._report(epoch)

    def warn(self, message: str) -> None:
        self._listener.warn(message)


def read_epochs(history: Sequence[dict[str, Any]]) -> list[Epoch]:
    """Return the epochs of a manifest's history."""
    return [
        Epoch(entry["epoch"], len(history), entry["loss"], entry["accuracy"], entry.get("validation"))
        for entry in history
    ]


def model_code(part: Part) -> str:
    """Hash the code that a trained model depends on: the engine's, the plugin's, and that of its members."""
    members = [model_code(member) for member in part.members]
    return content_key(engine=code_key("models"), plugin=part.plugin.fingerprint(), members=members)


def _discard(checkpoint: Path) -> None:
    """Remove a checkpoint, and those of members beside it."""
    for file in (checkpoint, *checkpoint.parent.glob(f"{checkpoint.name}.*")):
        file.unlink(missing_ok=True)


def _as_float32(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of half precision, as shipped models are stored, in the precision of the models."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def _entry(epoch: Epoch) -> dict[str, float]:
    entry = {"epoch": epoch.number, "loss": epoch.loss, "accuracy": epoch.accuracy}
    return entry if epoch.validation is None else entry | {"validation": epoch.validation}


def _summary(history: Sequence[Epoch], computed: str) -> str:
    if not history:
        return "trained"
    last = history[-1]
    validation = "" if last.validation is None else f", on validation {last.validation:.2f}"
    how = f", {computed}" if computed else ""
    return f"{last.number} epochs, loss {last.loss:.2f}{validation}, accuracy {last.accuracy:.3f}{how}"
