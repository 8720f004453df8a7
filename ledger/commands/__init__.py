"""What may change, one transaction each."""
