"""What is owed, and everything that happened."""
