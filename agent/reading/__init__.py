"""Reply text to signals."""
