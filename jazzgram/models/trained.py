"""A configuration's token model: trained, or taken from where it was kept."""

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
from jazzgram.hooks.progress import Listener
from jazzgram.hooks.token_model import Epoch, TokenData, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.models import is_chief, load_model, save_model, tensorboard, train_on
from jazzgram.resources.cache import cache_root, content_key
from jazzgram.resources.results import code_key
from jazzgram.resources.shipped import shipped_model


class Lessons(Protocol):
    """What a model learns."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms it learns."""

    @property
    def digest(self) -> str:
        """A hash of everything that can be learned."""

    def data(self) -> TokenData:
        """Give the tunes to train on, and those to watch."""


def _alone(part: Part, model: TokenModel) -> TokenModel:
    """Leave a member as it is."""
    return model


def build(
    part: Part,
    calls: PluginCalls,
    vocabulary: Vocabulary,
    as_member: Callable[[Part, TokenModel], TokenModel] = _alone,
) -> TokenModel:
    """Build a configuration's model, and first those that it is made of.

    Parameters
    ----------
    part : Part
        The model plugin with its options and members.
    calls : PluginCalls
        Has its plugins.
    vocabulary : Vocabulary
        What it predicts, as do its members.
    as_member : callable
        Makes of a member's part and model what the model that is made of it is given.

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
    """A model that is wanted, and what becomes of it.

    Parameters
    ----------
    part : Part
        The model plugin with its options.
    calls : PluginCalls
        Has the plugin.
    tokens : Lessons
        What it learns; those of the corpus are a `jazzgram.corpus.token_table.TokenTable`.
    seed : int
        Decides everything random.
    facts : mapping of str to anything
        What else its manifest is to say, as JSON.
    listener : Listener
        Hears of each epoch.
    use_cache : bool
        Whether a model that was trained before in the same way is taken.
    devices : {"one", "all"}
        What networks are trained on.

    Attributes
    ----------
    history : list of Epoch
        Of the training that made the model.
    """

    part: Part
    calls: PluginCalls
    tokens: Lessons
    seed: int
    facts: Mapping[str, Any]
    listener: Listener
    use_cache: bool = True
    devices: Literal["one", "all"] = "one"
    history: list[Epoch] = field(default_factory=list, init=False)

    @cached_property
    def key(self) -> str:
        """A hash of all that decides the trained model."""
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

    def obtain(self) -> tuple[TokenModel, str]:
        """Give the trained model, and in a few words how it came about."""
        model = build(self.part, self.calls, self.tokens.vocabulary, partial(_Member, self))
        return model, self.teach(model)

    def teach(self, model: TokenModel) -> str:
        """Train a model that was just built, or let it take what was kept; say which."""
        if self.use_cache:
            for kept, how in self.kept():
                if self._take(model, kept):
                    return how
        self._fit(model, self._folder)
        return _said(self.history)

    @cached_property
    def data(self) -> TokenData:
        """The tunes to train on, and those to watch."""
        return self.tokens.data()

    def kept(self) -> list[tuple[Path, str]]:
        """Give the folders that hold the trained model, that of the cache first, and how each came about."""
        found = (
            (self._folder, "trained before; taken from the cache"),
            (shipped_model(self.shipped_key), "comes with jazzgram"),
        )
        return [(folder, how) for folder, how in found if folder is not None and folder.is_dir()]

    @property
    def _folder(self) -> Path:
        return cache_root() / "models" / self.key

    def manifest(self) -> dict[str, Any]:
        """Give what a model folder says of its model."""
        return {
            "model": self.part.plugin.name,
            "options": self.part.options.model_dump(mode="json"),
            **({"members": [member.plugin.name for member in self.part.members]} if self.part.members else {}),
            "seed": self.seed,
            **self.facts,
            "history": [_entry(epoch) for epoch in self.history],
        }

    def recall(self) -> Sequence[Epoch]:
        """Give the epochs of the training, those of a model that is kept too; none where there is no model yet."""
        for folder, _ in self.kept() if not self.history else ():
            return _epochs(load_model(folder).manifest["history"])
        return self.history

    def _take(self, model: TokenModel, folder: Path) -> bool:
        """Load what a folder holds; warn and say False where that is of no use."""
        try:
            stored = load_model(folder, expected=self.tokens.vocabulary)
            model.load({name: _widened(array) for name, array in stored.weights.items()})
        except JazzgramError as error:
            self.listener.warn(f"The model that is kept is of no use ({error}); training again.")
            return False
        kept = stored.manifest["history"]
        self.history[:] = _epochs(kept)
        return True

    def _fit(self, model: TokenModel, folder: Path) -> None:
        """Train and keep; a checkpoint beside the folder holds what was reached if this is broken off."""
        self.history.clear()
        folder.parent.mkdir(parents=True, exist_ok=True)
        checkpoint = folder.parent / f"{folder.name}.checkpoint"
        if not self.use_cache:
            _discard(checkpoint)
        with train_on(self.devices), tensorboard(self.key[:12]) as show:

            def report(epoch: Epoch) -> None:
                self.history.append(epoch)
                self.listener.epoch(epoch)
                show(epoch)

            model.fit(self.data, self.seed, checkpoint, report)
            if is_chief():
                vocabulary = self.tokens.vocabulary
                save_model(folder, weights=model.weights(), vocabulary=vocabulary, manifest=self.manifest())
                _discard(checkpoint)


class _Member:
    """A model that another one is made of: where it is to learn what it has learned alone before, it is taken."""

    def __init__(self, whole: Training, part: Part, model: TokenModel) -> None:
        self._whole = whole
        self._part = part
        self._model = model
        self.weights, self.load, self.start, self.step = model.weights, model.load, model.start, model.step

    def fit(self, data: TokenData, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        if data is not self._whole.data:  # other lessons than the configuration's
            self._model.fit(data, seed, checkpoint, report)
            return
        listener = _Reporting(self._whole.listener, report)
        own = replace(self._whole, part=self._part, seed=seed, listener=listener)
        own.__dict__["data"] = data
        own.teach(self._model)
        for epoch in own.history if not listener.reported else ():
            report(epoch)


class _Reporting(Listener):
    """Report the epochs of a member's training; warnings go where they always go."""

    def __init__(self, listener: Listener, report: Callable[[Epoch], None]) -> None:
        self.reported = False
        self._listener = listener
        self._report = report

    def epoch(self, epoch: Epoch) -> None:
        self.reported = True
        self._report(epoch)

    def warn(self, message: str) -> None:
        self._listener.warn(message)


def _epochs(kept: Sequence[dict[str, Any]]) -> list[Epoch]:
    return [
        Epoch(entry["epoch"], len(kept), entry["loss"], entry["accuracy"], entry.get("validation")) for entry in kept
    ]


def model_code(part: Part) -> str:
    """Hash the code that a trained model depends on: the engine's, the plugin's, and that of its members."""
    members = [model_code(member) for member in part.members]
    return content_key(engine=code_key("models"), plugin=part.plugin.fingerprint(), members=members)


def _discard(checkpoint: Path) -> None:
    """Remove a checkpoint, and those of members beside it."""
    for file in (checkpoint, *checkpoint.parent.glob(f"{checkpoint.name}.*")):
        file.unlink(missing_ok=True)


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    """Give numbers that were stored in half precision in the precision that models work with."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def _entry(epoch: Epoch) -> dict[str, float]:
    entry = {"epoch": epoch.number, "loss": epoch.loss, "accuracy": epoch.accuracy}
    return entry if epoch.validation is None else entry | {"validation": epoch.validation}


def _said(history: Sequence[Epoch]) -> str:
    if not history:
        return "trained"
    last = history[-1]
    watched = "" if last.validation is None else f", on validation {last.validation:.2f}"
    return f"{last.number} epochs, loss {last.loss:.2f}{watched}, accuracy {last.accuracy:.3f}"
