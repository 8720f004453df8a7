"""The sandbox: every outgoing mail goes to one address."""
