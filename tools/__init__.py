"""What a model may look up or propose; nothing here writes."""
