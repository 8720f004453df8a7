"""Judges a draft without a model."""
