"""One file a step of handling a reply."""
