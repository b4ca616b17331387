"""Live play: a transport, a recorder, a player, and the session that trades bars with a musician."""
