"""The bundled corpus and the registry of those that can be fetched."""
