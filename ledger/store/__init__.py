"""Where records are kept: tables, repositories and the unit of work."""
