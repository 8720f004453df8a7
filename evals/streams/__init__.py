"""Payment streams of our own design, in the format of docs/formats/matching.md.

Written without sight of the matching rules: what a bank statement, a cheque stub or a payer's mail looks like,
and what a controller makes of it.
"""
