"""What follows from values that are given: no clock, no database, no network."""
