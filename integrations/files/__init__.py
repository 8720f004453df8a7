"""Folders of .eml files, Maildir and mbox as mailboxes."""
