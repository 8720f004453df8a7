"""The pages for a person."""
