"""The version that this code is; the same as in `pyproject.toml` (a test holds them together)."""

VERSION = "0.1.0"
