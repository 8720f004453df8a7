"""In-memory adapters that pass the ports' contract suites."""
