"""The ports: small, ours, in our words."""
