"""The chat model port and its adapters."""
