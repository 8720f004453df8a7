"""The tables, one file a group."""
