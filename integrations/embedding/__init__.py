"""Embedders that run on the machine."""
