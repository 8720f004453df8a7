"""`format=flowed` (RFC 3676): soft line ends taken out, quotation depth kept."""


def unflow(text: str, *, delsp: bool = False) -> str:
    """`text` with the lines of a paragraph joined; quoted lines begin with as many `>` as they had, and a space."""
    out: list[str] = []
    parts: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if depth != open_depth or content == "-- ":
            _close(out, parts, open_depth)
        parts.append(content[:-1] if soft and delsp else content)
        open_depth = depth
        if not soft:
            _close(out, parts, open_depth)
            open_depth = -1
    _close(out, parts, open_depth)
    return "\n".join(out)


def _close(out: list[str], parts: list[str], depth: int) -> None:
    if parts:
        out.append(">" * max(depth, 0) + (" " if depth > 0 else "") + "".join(parts))
        parts.clear()
