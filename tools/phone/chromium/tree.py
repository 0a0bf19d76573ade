"""Maps a web page to the tree that uiautomator would show: roles to widget classes, states to flags, boxes to pixels.

Pure. Layout elements that say nothing are left out; words in one line become one text view; what another element lies
over, or what assistive technology is kept from (`aria-hidden`, `inert`, below a modal dialog), is not there. Pictures
without a name, canvases' contents and colours are not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..screen import Box, Node, Screen
from .cover import Cover
from .dom import NOWHERE, Rect, Spot
from .widget import WIDGET, filled, flags_of, ident, plain, widget

_LABEL_CHARS = 40
_LABEL_GAP = 40.0
_PAGE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A bit of a line of text, or a finished node, or (neither) the end of a line."""

    text: str = ""
    rect: Rect = NOWHERE
    id: str = ""
    node: Node | None = None


_BREAK = Piece()


@dataclass(frozen=True, slots=True)
class Frame:
    """What is handed down: what can be seen here, whether it is hidden or kept from assistive technology, and so on."""

    clip: Rect
    hidden: bool = False
    unheard: bool = False
    cursor: str = ""
    id: str = ""
    said: frozenset[str] = field(default_factory=frozenset[str])


class Mapper:
    """One page; `ratio` is device pixels per CSS pixel, `width` and `height` the viewport in CSS pixels."""

    def __init__(self, page: Spot, *, width: float, height: float, ratio: float, package: str) -> None:
        self.page, self.ratio, self.package = page, ratio, package
        self.view = Rect(0, 0, width, height)
        self.cover = Cover(page, self.view)
        self.named = {spot.attributes["id"]: spot for spot in page.walk() if spot.attributes.get("id")}
        self.labels: dict[int, frozenset[int]] = {}
        for label in page.walk():
            control = self._bound(label) if label.tag == "label" else None
            if control is not None:
                keys = self.labels.get(control.key, frozenset())
                self.labels[control.key] = keys | {each.key for each in label.walk()}

    def screen(self) -> Screen:
        """The page in one window. The page's own scrolling is a node without children: it is no list to be folded."""
        display = self._box(self.view)
        found = _lines(self._walk(self.page, Frame(self.view)), self)
        root = next((spot for spot in self.page.walk() if spot.tag == "html"), None)
        ways = root.scroll.ways if root is not None and root.scroll is not None else ()
        if ways:
            flags = frozenset({"enabled", "scrollable"})
            scroller = Node(cls="android.webkit.WebView", package=self.package, box=display, flags=flags)
            found.insert(0, replace(scroller, scroll=" ".join(ways)))
        window = self.node("android.widget.FrameLayout", self.view, children=found)
        return Screen((window,), display)

    def node(self, cls: str, rect: Rect, *, flags: Iterable[str] = (), children: Sequence[Node] = ()) -> Node:
        """A node of this page at a place."""
        return Node(
            cls=cls,
            package=self.package,
            box=self._box(rect),
            flags=frozenset({"enabled", *flags}),
            children=tuple(children),
        )

    def _box(self, rect: Rect) -> Box:
        sides = (rect.left, rect.top, rect.right, rect.bottom)
        return Box(*(round(side * self.ratio) for side in sides))

    def _walk(self, spot: Spot, frame: Frame) -> Iterator[Piece]:
        if not spot.tag:
            yield from self._text(spot, frame)
            return
        if spot.tag in {"script", "style", "noscript", "template", "head"}:
            return
        if spot.tag == "br":
            yield _BREAK
            return
        around, frame = frame, self._inside(spot, frame)
        cls = self._class(spot, frame, around)
        if cls:
            yield from self._control(spot, cls, frame, around)
            return
        inside = [piece for child in spot.children for piece in self._walk(child, frame)]
        if spot.access.role in {"image", "img"} and spot.access.name and spot.rect is not None:
            yield from self._picture(spot, frame)
        elif self._scrolls(spot):
            yield Piece(node=self._list(spot, inside, frame))
        elif spot.inline:
            yield from inside
        else:
            yield from (_BREAK, *self._block(spot, inside, frame), _BREAK)

    def _inside(self, spot: Spot, frame: Frame) -> Frame:
        """The frame of what lies in a node."""
        clip = self.view if spot.style.get("position") == "fixed" else frame.clip
        clips = {spot.style.get("overflow-x", "visible"), spot.style.get("overflow-y", "visible")} - {"visible"}
        if spot.rect is not None and clips and spot.tag not in {"html", "body"} and not spot.inline:
            clip = clip.clip(spot.rect)
        said = frame.said
        if spot.tag == "label":
            bound = self._bound(spot)
            said = frozenset({bound.access.name}) if bound is not None and bound.access.name else said
        return Frame(
            clip,
            hidden=spot.style.get("visibility", "visible") != "visible" if spot.style else frame.hidden,
            cursor=spot.style.get("cursor", frame.cursor),
            id=ident(spot) or (frame.id if spot.inline else ""),
            said=said,
            unheard=spot.unheard or (frame.unheard and not spot.access.role),
        )

    def _bound(self, label: Spot) -> Spot | None:
        """The control that a label belongs to."""
        named = label.attributes.get("for", "")
        if named:
            return self.named.get(named)
        return next((each for each in label.walk() if each.tag in {"input", "select", "textarea"}), None)

    def _text(self, spot: Spot, frame: Frame) -> Iterator[Piece]:
        """Words, unless they are hidden, lie under something, or belong to a control that says them itself."""
        if spot.rect is None or frame.hidden or frame.unheard or not spot.text:
            return
        seen = spot.rect.clip(frame.clip)
        words = " ".join(spot.text.split())
        if seen.empty or any(words and words in said for said in frame.said):
            return
        if words and self.cover.hides(spot, seen):
            return
        yield Piece(spot.text, seen, frame.id)

    def _picture(self, spot: Spot, frame: Frame) -> Iterator[Piece]:
        assert spot.rect is not None
        seen = spot.rect.clip(frame.clip)
        if not seen.empty and not frame.hidden and not frame.unheard and not self.cover.hides(spot, seen):
            found = self.node(WIDGET + "ImageView", seen)
            yield Piece(node=replace(found, desc=spot.access.name, id=ident(spot)))

    def _block(self, spot: Spot, inside: list[Piece], frame: Frame) -> list[Piece]:
        """What a block holds; where that is one text, its box is the block's."""
        found = _lines(inside, self)
        if len(found) == 1 and spot.rect is not None and all(piece.node is None for piece in inside):
            seen = spot.rect.clip(frame.clip)
            if not seen.empty:
                return [Piece(node=replace(found[0], box=self._box(seen)))]
        return [Piece(node=each) for each in found]

    def _scrolls(self, spot: Spot) -> bool:
        if spot.scroll is None or spot.tag in {"html", "body", "textarea", "input"}:
            return False
        kinds = {spot.style.get("overflow-x"), spot.style.get("overflow-y")}
        return bool(kinds & {"auto", "scroll"}) and bool(self._ways(spot))

    def _ways(self, spot: Spot) -> tuple[str, ...]:
        """Where the box can be scrolled to, of the directions that its style lets it."""
        assert spot.scroll is not None
        free = {axis for axis in "xy" if spot.style.get(f"overflow-{axis}") in {"auto", "scroll"}}
        return tuple(way for way in spot.scroll.ways if ("y" if way in {"up", "down"} else "x") in free)

    def _list(self, spot: Spot, inside: list[Piece], frame: Frame) -> Node:
        assert spot.rect is not None
        found = self.node(WIDGET + "ScrollView", spot.rect.clip(frame.clip), flags={"scrollable"})
        return replace(found, id=ident(spot), scroll=" ".join(self._ways(spot)), children=tuple(_lines(inside, self)))

    def _class(self, spot: Spot, frame: Frame, around: Frame) -> str:
        """The widget that an element is; empty when nothing can be done with it."""
        if spot.rect is None or spot.rect.empty or frame.hidden or frame.unheard:
            return ""
        return widget(spot) or ("android.view.View" if self._clicks(spot, around) else "")

    def _clicks(self, spot: Spot, around: Frame) -> bool:
        """Whether an element without a role takes clicks; one that holds most of the page only listens for others."""
        assert spot.rect is not None
        if (
            spot.tag in {"html", "body", "label", "#document"}
            or spot.rect.clip(self.view).area > _PAGE_SHARE * self.view.area
        ):
            return False
        if spot.clickable or spot.attributes.get("tabindex", "-1").isdigit():
            return True
        return spot.style.get("cursor") == "pointer" and around.cursor != "pointer"

    def _control(self, spot: Spot, cls: str, frame: Frame, around: Frame) -> Iterator[Piece]:
        """A control, then what of its contents lies outside its box (an open submenu)."""
        assert spot.rect is not None
        inner = [piece for child in spot.children for piece in self._walk(child, frame)]
        contents = [] if cls.endswith("EditText") else _lines(inner, self)
        rect = spot.lines[0] if spot.inline and spot.lines else spot.rect
        clip = self.view if spot.style.get("position") == "fixed" else around.clip
        place = self.cover.free(spot, rect.clip(clip), self.labels.get(spot.key, frozenset()))
        if place is None:
            yield from (Piece(node=node) for node in contents if node.actionable)
            return
        box = self._box(place)
        inside = [plain(node, spot.access.name) for node in contents if not node.box.clip(box).empty]
        node = replace(
            self.node(cls, place), id=ident(spot), flags=flags_of(spot.access, cls, spot.attributes.get("type", ""))
        )
        if spot.tag == "textarea" and spot.scroll is not None and spot.scroll.ways:
            node = replace(node, scroll=" ".join(spot.scroll.ways), flags=node.flags | {"scrollable"})
        yield Piece(node=filled(node, spot, inside))
        yield from (Piece(node=node) for node in contents if node.box.clip(box).empty)


def _lines(pieces: Iterable[Piece], page: Mapper) -> list[Node]:
    """Nodes in order: neighbouring bits of text become one text view; a field's label stands right before it."""
    found: list[Node] = []
    run: list[Piece] = []

    def flush() -> None:
        words = " ".join("".join(piece.text for piece in run).split())
        if words:
            rect = run[0].rect
            for piece in run[1:]:
                rect = rect.join(piece.rect)
            found.append(replace(page.node(WIDGET + "TextView", rect), text=words, id=run[0].id))
        run.clear()

    for piece in pieces:
        if piece.text:
            run.append(piece)
            continue
        flush()
        if piece.node is not None:
            found.append(piece.node)
    flush()
    return [_apart(node, before, page) for node, before in zip(found, (None, *found[:-1]), strict=False)]


def _apart(node: Node, before: Node | None, page: Mapper) -> Node:
    """A field in a frame of its own where the text before it is not its label, since neighbours are read together."""
    if (
        not node.editable
        or before is None
        or before.actionable
        or not before.text
        or _is_label(before, node, page.ratio)
    ):
        return node
    return replace(
        node, cls="android.widget.FrameLayout", text="", hint="", id="", flags=frozenset({"enabled"}), children=(node,)
    )


def _is_label(text: Node, field: Node, ratio: float) -> bool:
    if field.hint:
        return text.text == field.hint
    beside = text.box.top < field.box.bottom and field.box.top < text.box.bottom
    above = 0 <= field.box.top - text.box.bottom <= _LABEL_GAP * ratio
    return len(text.text) <= _LABEL_CHARS and (beside or above)
