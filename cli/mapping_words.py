"""How a CSV's columns were taken, for a person who may mend it."""

from collections.abc import Mapping


def mapping_words(mapping: Mapping[str, str]) -> list[str]:
    """A line a field, as `--mapping` takes it; none where the file is no CSV."""
    if not mapping:
        return []
    return ["taken as (mend it with --mapping):", *(f"  {field}={column}" for field, column in mapping.items())]
