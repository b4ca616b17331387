"""Write solos to files."""
