"""Seeded generators of payment streams and other inputs, of our own design, for measuring."""
