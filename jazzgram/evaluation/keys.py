"""Cache keys of evaluations: hashes of all that decides the terms and the notes of choruses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from jazzgram.config.config import Part
from jazzgram.config.steps import Step
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.cache import content_key
from jazzgram.resources.results import code_key


def sampling_key(pipeline: Pipeline) -> str:
    """Hash all that decides the terms of a chorus, save changes and seed: weights, samplers, and how it is fed."""
    digest = hashlib.sha256("\n".join(map(str, pipeline.vocabulary.terms)).encode())
    for name, weight in sorted(pipeline.model.weights().items()):
        digest.update(name.encode())
        digest.update(weight.tobytes())
    improvise = pipeline.config.sections.improvise
    return content_key(
        engine=code_key("choruses"),
        weights=digest.hexdigest(),
        model=parts_key([pipeline.config.model]),
        samplers=parts_key(pipeline.config.samplers),
        feeding=[improvise.feedback, improvise.start, improvise.terms, improvise.prefix, improvise.restart],
    )


def parts_key(parts: Sequence[Part | Step]) -> list[Any]:
    """Return what determines the effect of plugins: the hook, the code and the options of each, in order."""
    return [
        [getattr(part, "hook", ""), part.plugin.fingerprint(), part.options.model_dump(mode="json")] for part in parts
    ]
