"""Incoming webhooks, as Slack has them and others understand them."""
