"""Comments of structured headers (RFC 5322, section 3.2.2): text in parentheses that means nothing to a program."""


def without_comments(text: str) -> str:
    """`text` with a blank for each comment, nested ones too; parentheses in quoted strings stay. Linear."""
    out: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in text:
        is_comment = char in "()" and not quoted and not escaped
        if is_comment:
            depth = max(0, depth + (1 if char == "(" else -1))
            out.append(" ")
        elif not depth:
            out.append(char)
        if char == '"' and not depth and not escaped:
            quoted = not quoted
        escaped = char == "\\" and not escaped and (quoted or depth > 0)
    return "".join(out)
