"""One section of a Markdown document exchanged for another, the rest left as it is."""

import re


def with_section(document: str, title: str, body: str) -> str:
    """`document` with `body` under the heading `## title`: in place of what stood there, else at the end.

    A section ends at the next heading of its own level or above.
    """
    heading = re.compile(rf"^## {re.escape(title)}[ \t]*$", re.MULTILINE)
    section = f"## {title}\n\n{body.strip()}\n"
    found = heading.search(document)
    if found is None:
        before = document.rstrip()
        return f"{before}\n\n{section}" if before else section
    following = re.compile(r"^##? ", re.MULTILINE).search(document, found.end())
    rest = document[following.start() :] if following else ""
    return document[: found.start()] + section + (f"\n{rest}" if rest else "")
