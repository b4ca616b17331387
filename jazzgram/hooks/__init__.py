"""The contract with plugins: hook specifications, options, finding and calling plugins."""
