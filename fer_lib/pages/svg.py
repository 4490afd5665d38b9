"""Matplotlib's SVG as a page wants it: light, without what would leak into the page, in colours that follow its theme.

    cleaned(text, names, dark)  # names: {gid of a group: the names of its marks}, for those that a reader may point at;
                                # dark: `pictures` of the same figure, drawn for the dark ground

Black and the greys of axes and text become the page's own; a colour of data stays, and where it would be lost on the
dark ground it gets a lighter one there. In front of a face, which keeps its ground, nothing changes; a heat map has
pixels for either ground, of which pages.css shows one.
"""
import colorsys
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import cache

from matplotlib.colors import to_hex, to_rgb

SVG, LINK = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
# beginnings of gids; see `figures`
INK, DOTS, PICTURED, HEAT, OVER, CENTRED = "ink", "dots-", "pictured", "heat", "over-", "centred-"
DARK = "#121212"                    # the theme's dark ground
LEAST, SEEN = 4.5, 3.               # contrast of a colour, and of what is seen of it where it is transparent
PIXELS = 100 / 72                   # CSS pixels of a point: a figure of 8 inches is 800 wide, as its PNG is
THEME = {"#000000": "currentColor", "#262626": "currentColor", "#666666": "var(--chart-quiet,#666)",
         "#cccccc": "var(--chart-line,#ccc)", "#ffffff": "var(--chart-ground,#fff)"}
UNNEEDED = {"font-family", "stroke-linecap", "stroke-linejoin", "image-rendering"}
PLACE = re.compile(r"translate\((\S+) (\S+)\)")
NUMBER, ID = re.compile(r"-?\d+\.\d+(?:e-?\d+)?"), re.compile(r"url\(#([^)]+)\)")


def pictures(text: str) -> list[str]:
    """The pixels in an SVG of matplotlib's, as addresses, in their order."""
    return [image.get(LINK) for image in ET.fromstring(text).iter(f"{{{SVG}}}image")] if text else []


def cleaned(text: str, names: dict[str, Sequence[str]] | None = None, dark: Sequence[str] = ()) -> str:
    """Ids are short and of this figure alone: a page with several gives each a prefix."""
    ET.register_namespace("", SVG)
    root = ET.fromstring(text)
    for unwanted in ("metadata", f"defs[{{{SVG}}}style]"):          # its rules would be those of the whole page
        for part in root.findall(f"{{{SVG}}}{unwanted}"):
            root.remove(part)
    whole = root.find(f"{{{SVG}}}g")
    whole.remove(whole[0])                              # the figure's own ground
    name_marks(root, names or {})
    give_dark_pictures(root, dark)
    paint(root, False)
    shorten(root)
    width, height = (float(side) for side in root.get("viewBox").split()[2:])
    svg = ET.Element("svg", {"class": "chart", "xmlns": SVG, "viewBox": root.get("viewBox"),
                             "width": f"{width * PIXELS:.0f}", "height": f"{height * PIXELS:.0f}",
                             "font-family": "sans-serif", "fill": "currentColor", "stroke-linejoin": "round"})
    svg.extend(root)
    for part in svg.iter():
        part.tag = part.tag.removeprefix(f"{{{SVG}}}")
        part.tail = None
        if not part.text or not part.text.strip():
            part.text = None
    return ET.tostring(svg, encoding="unicode")


def name_marks(root: ET.Element, names: dict[str, Sequence[str]]):
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("id") in names:
            own = names[group.get("id")]
            marks = list(group.iter(f"{{{SVG}}}use")) or list(group.iter(f"{{{SVG}}}path"))
            for mark, name in zip(marks, own, strict=True):
                mark.attrib |= {"class": "dot", "role": "img", "aria-label": name}


def give_dark_pictures(root: ET.Element, dark: Sequence[str]):
    """Behind each picture that differs from its own in the dark, that one, which is shown where the page says so."""
    if not dark:
        return
    parents = {image: part for part in root.iter() for image in part if image.tag == f"{{{SVG}}}image"}
    for image, other in zip(list(root.iter(f"{{{SVG}}}image")), dark, strict=True):
        if image.get(LINK) != other:
            copy = ET.Element(image.tag, image.attrib | {LINK: other, "class": "in-dark", "display": "none"})
            copy.attrib.pop("id", None)
            image.set("class", "in-light")
            parents[image].insert(list(parents[image]).index(image) + 1, copy)


def paint(part: ET.Element, pictured: bool, over: bool = False):
    """Styles as attributes, in colours of the theme but where `pictured`: on a face. over: it is written on a heat map,
    in a colour for either ground, which the group has."""
    name = part.get("id", "")
    over = over or name.startswith(OVER)
    if name.startswith(PICTURED):
        pictured = True
        part.set("fill", "#000000")                     # black is not said of each part
    elif pictured and name.startswith((INK, "matplotlib.axis", "legend")):
        pictured = False
        part.set("fill", "currentColor")
    if "style" in part.attrib:
        given = dict(map(str.strip, one.split(":", 1)) for one in part.attrib.pop("style").split(";") if one.strip())
        styled = {}
        for key, value in given.items():
            if key in UNNEEDED or (key, value) in {("text-anchor", "start")} or (over and key == "fill"):
                continue
            part.set(key, value)
            if key in ("fill", "stroke") and value.startswith("#") and not pictured:
                if value in THEME and THEME[value].startswith("var"):
                    styled[key] = THEME[value]
                elif value in THEME:
                    part.set(key, THEME[value])
                elif (lighter := in_dark(value, float(given.get(f"{key}-opacity", given.get("opacity", 1))))) != value:
                    styled[key] = f"light-dark({value},{lighter})"
        if styled:
            part.set("style", ";".join(f"{key}:{value}" for key, value in styled.items()))
    if name.startswith(OVER):
        colours = name.removeprefix(OVER).split("-")
        part.attrib |= {"fill": colours[0], "style": f"fill:light-dark({','.join(colours)})"}
    for child in part:
        paint(child, pictured, over)
    if CENTRED in name:
        centre(part, name.split(CENTRED)[1])
    one_style(part)


def centre(group: ET.Element, halves: str):
    """Lines of a text about its middle: matplotlib says where each begins, which is for its own letters alone. halves:
    of their widths."""
    for line, half in zip(list(group.iter(f"{{{SVG}}}text")), map(float, halves.split()), strict=False):
        if place := PLACE.fullmatch(line.get("transform", "")):          # not of a text that is turned
            del line.attrib["transform"]
            line.attrib |= {"text-anchor": "middle", "x": f"{float(place[1]) + half:.2f}", "y": place[2]}


def one_style(group: ET.Element):
    """What all marks of a group have in common stands once, at the group."""
    marks = list(group)
    if len(marks) < 2 or any(mark.tag != f"{{{SVG}}}use" for mark in marks):
        return
    for key in ("fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "style"):
        values = {mark.get(key) for mark in marks}
        if len(values) == 1 and None not in values and key not in group.attrib:
            group.set(key, values.pop())
            for mark in marks:
                del mark.attrib[key]


def shorten(root: ET.Element):
    """Two digits after the point, and no id but of what is referred to."""
    short = {}

    def own(name: str) -> str:
        return short.setdefault(name, f"{len(short):x}")

    for part in root.iter():
        for key, value in list(part.attrib.items()):
            if key == LINK and part.tag == f"{{{SVG}}}use":
                part.attrib["href"] = f"#i{own(part.attrib.pop(key)[1:])}"
            elif key == LINK:
                part.attrib["href"] = part.attrib.pop(key)
            elif ID.search(value):
                part.set(key, ID.sub(lambda found: f"url(#i{own(found[1])})", value))
            elif key in ("d", "x", "y", "transform", "width", "height", "points", "stroke-width", "stroke-dasharray"):
                part.set(key, " ".join(NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."),
                                                  value).split()))
        if part.get("transform", "").startswith("rotate(-0 "):
            del part.attrib["transform"]
    for part in root.iter():
        name = part.attrib.pop("id", None)
        if name in short:
            part.set("id", f"i{short[name]}")


@cache
def in_dark(colour: str, opacity: float = 1.) -> str:
    """The colour itself, or as much lighter as LEAST and SEEN ask for on the dark ground. A dark grey becomes a light
    one, so that several of them stay apart."""
    if is_told(colour, opacity):
        return colour
    hue, light, strength = colorsys.rgb_to_hls(*to_rgb(colour))
    light = max(light, 1 - light) if strength == 0 else light
    while not is_told(found := to_hex(colorsys.hls_to_rgb(hue, light, strength)), opacity) and light < .95:
        light += .02
    return found


@cache
def as_letters(colour: str) -> str:
    """The colour itself, or as much darker as LEAST asks for of letters on white. (On the dark ground `in_dark` makes
    it lighter again.)"""
    hue, light, strength = colorsys.rgb_to_hls(*to_rgb(colour))
    while contrast(colour, "#ffffff") < LEAST:
        light -= .01
        colour = to_hex(colorsys.hls_to_rgb(hue, light, strength))
    return colour


def is_told(colour: str, opacity: float) -> bool:
    """From the dark ground, by itself and as much of it as is seen."""
    seen = [opacity * own + (1 - opacity) * ground for own, ground in zip(*map(to_rgb, (colour, DARK)), strict=True)]
    return contrast(colour, DARK) >= LEAST and contrast(to_hex(seen), DARK) >= SEEN


def contrast(one: str, other: str) -> float:
    """Of two colours, 1 to 21, as WCAG has it."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + .05) / (low + .05)


def luminance(colour: str) -> float:
    linear = (value / 12.92 if value <= .04045 else ((value + .055) / 1.055) ** 2.4 for value in to_rgb(colour))
    return sum(share * value for share, value in zip((.2126, .7152, .0722), linear, strict=True))
