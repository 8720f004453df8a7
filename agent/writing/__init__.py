"""Decision and allowed facts to a draft."""
