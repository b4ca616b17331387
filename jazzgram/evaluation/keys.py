"""Cache keys of evaluations: hashes of all that decides the terms and the notes of choruses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jazzgram
from jazzgram.config.config import Part
from jazzgram.config.steps import Step
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import content_key


def sampling_key(pipeline: Pipeline) -> str:
    """Hash all that decides the terms of a chorus, save changes and seed: weights, samplers, and how it is fed."""
    digest = hashlib.sha256("\n".join(map(str, pipeline.vocabulary.terms)).encode())
    for name, weight in sorted(pipeline.model.weights().items()):
        digest.update(name.encode())
        digest.update(weight.tobytes())
    improvise = pipeline.config.sections.improvise
    return content_key(
        engine=engine_key(),
        weights=digest.hexdigest(),
        model=parts_key([pipeline.config.model]),
        samplers=parts_key(pipeline.config.samplers),
        feeding=[improvise.feedback, improvise.start, improvise.terms, improvise.prefix, improvise.restart],
    )


_ENGINE = ("improvise/chain.py", "improvise/realize.py", "improvise/sampler.py", "improvise/target.py")


@cache
def engine_key(folder: str = "music") -> str:
    """Hash the engine's own code that decides what is played, and that of a folder: what another version kept is void.

    Parameters
    ----------
    folder : str
        Of the package, besides that for music.
    """
    package = Path(str(jazzgram.__file__)).parent
    files = [
        package / name
        for name in ("improvise/chain.py", "improvise/realize.py", "improvise/sampler.py", "improvise/target.py")
    ]
    files += sorted(file for name in {"music", folder} for file in (package / name).rglob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def parts_key(parts: Sequence[Part | Step]) -> list[Any]:
    """Give what decides what plugins do: the hook, the code and the options of each, in order."""
    return [
        [getattr(part, "hook", ""), part.plugin.fingerprint(), part.options.model_dump(mode="json")] for part in parts
    ]
