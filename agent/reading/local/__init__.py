"""The reader that needs no model service: sentences, phrase lexicons of nine languages, rules."""
