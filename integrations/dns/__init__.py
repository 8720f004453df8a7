"""TXT records by dnspython."""
