"""HTTP: the approvals API and the console."""
