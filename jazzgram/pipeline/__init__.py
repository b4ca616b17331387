"""The stages in order, one run as a value, its trace and its folder."""
