"""What a message says; pure."""
