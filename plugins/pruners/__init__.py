"""Change grammars and notes, a bar at a time."""
