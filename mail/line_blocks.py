"""Lines without the empty ones around them, and the paragraphs in them."""


def trimmed(lines: list[str]) -> list[str]:
    """The lines without empty ones at either end."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Start and end of each run of lines that are not empty."""
    found: list[tuple[int, int]] = []
    start = -1
    for at, line in enumerate([*lines, ""]):
        if line.strip() and start < 0:
            start = at
        elif not line.strip() and start >= 0:
            found.append((start, at))
            start = -1
    return found
