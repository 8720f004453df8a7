"""The invented company of `duly demo`: its data files, and what turns them into a ledger and a mailbox."""
