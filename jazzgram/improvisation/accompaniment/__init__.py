"""The band: piano, bass and drums over the changes."""
