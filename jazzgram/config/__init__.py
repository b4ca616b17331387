"""Configurations: YAML with lines, sections, steps, the check, the JSON Schema."""
