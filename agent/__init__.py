"""The graph and what its nodes use."""
