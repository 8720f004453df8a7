"""Background work and the composition root."""
