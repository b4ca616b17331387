"""What a browser shows: the report and notebook display."""
