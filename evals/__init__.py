"""Measures the agent."""
