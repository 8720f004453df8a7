"""IMAP in."""
