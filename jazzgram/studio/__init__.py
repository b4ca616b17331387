"""The studio: a local web page for editing changes, chain and seed, with immediate playback."""
