"""From a trained model to notes: sampler, chain, realisation, target, accompaniment."""
