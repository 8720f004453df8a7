"""Gmail in and out."""
