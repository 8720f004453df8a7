"""Whether a reader sees an element: inline styles, old attributes, and simple rules of style sheets."""

import re
from dataclasses import dataclass, replace

_DECLARATION = re.compile(r"([a-z-]{2,40})\s{0,5}:\s{0,5}([^;{}]{1,400})")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR = re.compile(r"[a-z0-9]*(?:[.#][a-z0-9_-]{1,80})?")
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{0,6})?)\s{0,3}(px|pt|em|rem|ex|ch|%|cm|mm|in|vw|vh)?")
_RGB = re.compile(
    r"rgba?\(\s{0,3}(\d{1,3})[\s,]{1,5}(\d{1,3})[\s,]{1,5}(\d{1,3})(?:[\s,/]{1,5}([\d.]{1,6})%?)?\s{0,3}\)"
)
_HEX = re.compile(r"#?([0-9a-f]{3,8})")
_NAMED = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "navy": (0, 0, 128),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "maroon": (128, 0, 0),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "aqua": (0, 255, 255),
    "lime": (0, 255, 0),
    "windowtext": (0, 0, 0),
    "window": (255, 255, 255),
    "azure": (240, 255, 255),
    "mintcream": (245, 255, 250),
}
_MAX_SHEET_CHARS = 128 * 1024
_MAX_RULES = 2000
#: Two colours this near in every channel cannot be told apart on a screen.
_SAME_COLOUR = 16

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Appearance:
    """How text at a place would look. `hidden` says how it was hidden for good; empty where it was not."""

    hidden: str = ""
    invisible: bool = False
    tiny: bool = False
    colour: Colour = (0, 0, 0)
    #: None where a picture lies behind the text: then nothing can be said.
    background: Colour | None = (255, 255, 255)
    transparent: bool = False
    keeps_spaces: bool = False

    def how_hidden(self) -> str:
        """How text at this place is hidden, or an empty string."""
        if self.hidden:
            return self.hidden
        if self.invisible:
            return "visibility hidden"
        if self.tiny:
            return "font size zero"
        if self.transparent:
            return "transparent text"
        if self.background is not None and _same(self.colour, self.background):
            return "text in the colour of its background"
        return ""


Rules = dict[str, dict[str, str]]


def read_style_sheet(sheet: str, rules: Rules) -> None:
    """Adds the sheet's rules for single tags, classes and ids to `rules`; rules inside `@` blocks are left out,
    because they hold for other screens."""
    sheet = _COMMENT.sub(" ", sheet[:_MAX_SHEET_CHARS].lower().replace("<!--", " ").replace("-->", " "))
    at = 0
    while len(rules) < _MAX_RULES:
        opened = sheet.find("{", at)
        if opened < 0:
            return
        prelude = sheet[at:opened].rpartition(";")[2].strip()
        if prelude.startswith("@"):
            at = _block_end(sheet, opened)
            continue
        closed = sheet.find("}", opened)
        closed = len(sheet) if closed < 0 else closed
        _add(prelude, declarations(sheet[opened + 1 : closed]), rules)
        at = closed + 1


def _block_end(sheet: str, opened: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(sheet, opened):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(sheet)


def _add(prelude: str, found: dict[str, str], rules: Rules) -> None:
    for selector in prelude.split(",")[:50]:
        simple = selector.strip()
        if simple and _SELECTOR.fullmatch(simple):
            rules.setdefault(simple, {}).update(found)


def declarations(style: str) -> dict[str, str]:
    """Property -> value, lower case, without `!important`; the last of equal properties wins."""
    plain = style[:4000].lower().replace("!important", "")
    return {match[1]: match[2].strip() for match in _DECLARATION.finditer(plain)}


def style_of(tag: str, attributes: dict[str, str], rules: Rules) -> dict[str, str]:
    """The element's own declarations: old attributes, then rules by tag, class and id, then the inline style."""
    found: dict[str, str] = {}
    if attributes.get("bgcolor"):
        found["background-color"] = attributes["bgcolor"].strip().lower()
    if attributes.get("background"):
        found["background-image"] = "url"
    if tag == "font" and attributes.get("color"):
        found["color"] = attributes["color"].strip().lower()
    if rules:
        names = [f".{name}" for name in attributes.get("class", "").lower().split()[:20]]
        if attributes.get("id"):
            names.append("#" + attributes["id"].strip().lower())
        for key in (tag, *names, *(tag + name for name in names)):
            found.update(rules.get(key, {}))
    if attributes.get("style"):
        found.update(declarations(attributes["style"]))
    return found


def inherit(parent: Appearance, tag: str, attributes: dict[str, str], style: dict[str, str]) -> Appearance:
    """How text looks inside an element with this style, in a parent that looks like `parent`."""
    if not style and "hidden" not in attributes:
        return parent
    hidden = parent.hidden or _hidden_for_good(attributes, style)
    look = replace(parent, hidden=hidden)
    if "visibility" in style:
        look = replace(look, invisible=style["visibility"] in {"hidden", "collapse"})
    size = style.get("font-size") or _font_shorthand(style.get("font", ""))
    if size:
        look = replace(look, tiny=_is_tiny(size))
    if "white-space" in style:
        look = replace(look, keeps_spaces=style["white-space"].startswith("pre"))
    return _coloured(look, style)


def _font_shorthand(font: str) -> str:
    for word in font.split("/")[0].split()[:6]:
        if _LENGTH.fullmatch(word) and any(char.isdigit() for char in word):
            return word
    return ""


def _hidden_for_good(attributes: dict[str, str], style: dict[str, str]) -> str:
    if "hidden" in attributes and attributes["hidden"].lower() not in {"false", "until-found"}:
        return "hidden attribute"
    if style.get("display", "").startswith("none"):
        return "display none"
    if style.get("mso-hide", "").startswith("all"):
        return "mso-hide"
    if _is_number(style.get("opacity", ""), below=0.06) or "opacity=0)" in style.get("filter", "").replace(" ", ""):
        return "opacity zero"
    if _off_screen(style):
        return "off-screen position"
    if _clipped(style):
        return "clipped to nothing"
    return ""


def _off_screen(style: dict[str, str]) -> bool:
    if style.get("position", "") in {"absolute", "fixed", "relative"}:
        places = (style.get(side, "") for side in ("left", "top", "right", "bottom"))
        if any(_is_number(place, below=-400) for place in places):
            return True
    margins = (style.get(side, "") for side in ("text-indent", "margin-left", "margin-top"))
    return any(_is_number(place, below=-400) for place in margins)


def _clipped(style: dict[str, str]) -> bool:
    clip = style.get("clip", "").replace(" ", "").replace("px", "")
    if clip in {"rect(0,0,0,0)", "rect(1,1,1,1)", "rect(0000)"} or "inset(100%" in style.get("clip-path", ""):
        return True
    if "scale(0)" in style.get("transform", "").replace(" ", ""):
        return True
    sizes = (style.get(name, "") for name in ("max-height", "height", "max-width", "width"))
    return style.get("overflow", "").startswith(("hidden", "clip")) and any(_is_number(s, below=1.5) for s in sizes)


def _is_number(value: str, *, below: float) -> bool:
    match = _LENGTH.match(value)
    if not match or not any(char.isdigit() for char in match[1]):
        return False
    number = float(match[1])
    if match[2] in {"em", "rem", "%"} and number < 0:
        number *= 16
    return number < below


def _is_tiny(size: str) -> bool:
    match = _LENGTH.match(size)
    if not match or not any(char.isdigit() for char in match[1]):
        return False
    number = float(match[1])
    if match[2] in {"em", "rem", "ex", "ch", "vw", "vh", "cm", "in"}:
        return number < 0.11
    return number <= 10 if match[2] == "%" else number < 2


def _coloured(look: Appearance, style: dict[str, str]) -> Appearance:
    behind = style.get("background-color") or style.get("background", "")
    if style.get("background-image", "none") != "none" or "url(" in behind or "gradient" in behind:
        look = replace(look, background=None)
    elif behind:
        colour = next((found for found in map(_colour, _colour_words(behind)) if found), None)
        look = replace(look, background=colour) if colour else look
    if "color" in style:
        value = style["color"]
        rgba = _RGB.match(value)
        gone = value == "transparent" or bool(rgba and rgba[4] and _is_number(rgba[4], below=0.06))
        colour = _colour(value)
        look = replace(look, transparent=gone, colour=colour if colour else look.colour)
    return look


def _colour_words(value: str) -> list[str]:
    return [value] if value.startswith("rgb") else value.split()[:8]


def _colour(value: str) -> Colour | None:
    value = value.strip()
    if value in _NAMED:
        return _NAMED[value]
    rgb = _RGB.match(value)
    if rgb:
        return int(rgb[1]), int(rgb[2]), int(rgb[3])
    digits = _HEX.fullmatch(value)
    if digits is None:
        return None
    wide = "".join(char * 2 for char in digits[1]) if len(digits[1]) in {3, 4} else digits[1]
    return (int(wide[:2], 16), int(wide[2:4], 16), int(wide[4:6], 16)) if len(wide) in {6, 8} else None


def _same(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(one, other, strict=True))
