"""Money, time, ids, errors and settings: the words every room shares."""
