"""The simulated phone's screen as accessible HTML, and the page around it that sends events back to the simulator.

Pure text: nodes in, HTML out. Every element lies where the simulated display has it, three pixels of the display to one
of CSS; a list is a real scrolling box that holds the rows in sight.
"""

from __future__ import annotations

from html import escape
from itertools import count

from ..screen import Box, Node, Screen

DENSITY = 3
_TALL = 200
_ROLES = {"CheckBox": "checkbox", "RadioButton": "radio", "Switch": "switch"}


def drawn(screen: Screen, *, offset: int = 0, reach: int = 0) -> str:
    """The display as HTML; its list stands `offset` pixels from the top and can move to `reach`."""
    return "".join(_Drawing(screen, offset, reach).element(node, screen.box) for node in screen.nodes)


class _Drawing:
    """One screen on its way to HTML."""

    def __init__(self, screen: Screen, offset: int, reach: int) -> None:
        self.screen, self.offset, self.reach = screen, offset, reach
        self.numbers = count(1)

    def element(self, node: Node, around: Box) -> str:
        """A node and what lies in it."""
        if node.editable:
            return self._field(node, around, f"field{next(self.numbers)}")
        if node.has("clickable"):
            return self._button(node, around)
        if node.has("scrollable"):
            return self._list(node, around)
        if node.children:
            dialog = node in self.screen.nodes and node.box.width < self.screen.box.width
            kind = ' class="window" role="dialog" aria-modal="true"' if dialog else ""
            return f"<div{kind}{_place(node.box, around)}>{self._inside(node.children, node.box)}</div>"
        toast = any(node is below for root in self.screen.nodes for below in root.children) and not node.id
        return _words(node, around, ' class="toast" role="status"' if toast else "")

    def _inside(self, nodes: tuple[Node, ...], around: Box) -> str:
        """Neighbours; the text before a field of the same name is its label."""
        made: list[str] = []
        label = ""
        for place, node in enumerate(nodes):
            after = nodes[place + 1] if place + 1 < len(nodes) else None
            if after is not None and after.editable and node.text == after.hint and not node.children:
                label = f"field{next(self.numbers)}"
                made.append(f'<label for="{label}"{_place(node.box, around)}>{escape(node.text)}</label>')
                continue
            made.append(self._field(node, around, label) if node.editable and label else self.element(node, around))
            label = ""
        return "".join(made)

    def _field(self, node: Node, around: Box, key: str) -> str:
        here = " data-focus" if node.has("focused") else ""
        common = f'id="{key}" data-testid="{escape(node.id)}" autocomplete="off"{here}{_place(node.box, around)}'
        if node.box.height > _TALL:
            return f"<textarea {common}>\n{escape(node.text)}</textarea>"
        return f'<input {common} value="{escape(node.text)}">'

    def _button(self, node: Node, around: Box) -> str:
        """Everything that can be tapped; a row with a switch in it is the switch."""
        toggle = next((below for below in node.walk() if below.has("checkable")), None)
        role = _ROLES[toggle.kind] if toggle is not None else "tab" if node.kind == "TextView" else ""
        said = f' role="{role}"' if role else ""
        said += f' aria-checked="{str(toggle.has("checked")).lower()}"' if toggle is not None else ""
        said += f' aria-selected="{str(node.has("selected")).lower()}"' if role == "tab" else ""
        said += f' aria-label="{escape(node.desc)}"' if node.desc else ""
        said += "" if node.has("enabled") else " disabled"
        knob = toggle is not None and toggle is not node
        inside = "".join(_words(child, node.box) for child in node.children if child is not toggle)
        if knob and toggle is not None:
            inside += f'<i class="knob" aria-hidden="true"{_place(toggle.box, node.box)}></i>'
        kind = "row" if node.children else node.kind
        words = inside or f"<span>{escape(node.text)}</span>" if node.text or inside else _sign(node.desc)
        return (
            f'<button class="{kind}" data-testid="{escape(node.id)}"{said}{_place(node.box, around)}>{words}</button>'
        )

    def _list(self, node: Node, around: Box) -> str:
        """A scrolling box as high as the list's whole content; only the rows in sight are in it."""
        moved = Box(node.box.left, node.box.top - self.offset, node.box.right, node.box.bottom - self.offset)
        tall = f"height:{(self.reach + node.box.height) / DENSITY:.3f}px"
        return (
            f'<div class="list" data-testid="{escape(node.id)}" data-offset="{self.offset}"{_place(node.box, around)}>'
            f'<div style="{tall}">{self._inside(node.children, moved)}</div></div>'
        )


def _words(node: Node, around: Box, kind: str = "") -> str:
    """Text, a named picture, or decoration."""
    place = _place(node.box, around)
    if node.text:
        name = node.id.rsplit("/", 1)[-1]
        tag = {"title": "h1", "header": "h2"}.get(name, "span")
        return f"<{tag}{kind}{place}>{escape(node.text)}</{tag}>"
    if node.desc:
        return f'<span class="picture" role="img" aria-label="{escape(node.desc)}"{place}></span>'
    return f'<i class="dot" aria-hidden="true"{place}></i>' if node.kind == "ImageView" else ""


def _sign(desc: str) -> str:
    """What stands in for an icon: a few signs are known, else the first letter."""
    known = {"Navigate up": "‹", "Search": "⌕", "More options": "⋮", "Back": "‹"}
    sign = known.get(desc, "+" if desc.startswith(("Add", "New", "Compose")) else desc[:1])
    return f'<span aria-hidden="true">{escape(sign)}</span>'


def _place(box: Box, around: Box) -> str:
    """Where an element lies in the one around it."""
    sides = ("left", box.left - around.left), ("top", box.top - around.top)
    sizes = ("width", box.width), ("height", box.height)
    return ' style="' + ";".join(f"{name}:{pixels / DENSITY:.3f}px" for name, pixels in (*sides, *sizes)) + '"'


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated phone</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="application-name" content="">
<style>
* {{ box-sizing: border-box; margin: 0; padding: 0; border: 0; font: inherit; letter-spacing: 0; }}
html, body {{ height: 100%; overflow: hidden; background: #1c1b1f; }}
body {{ font: 14px/1.25 Roboto, "Noto Sans", "DejaVu Sans", sans-serif; color: #1c1b1f; }}
#phone {{ position: relative; width: 360px; height: 760px; overflow: hidden; background: #fef7ff; margin: 0 auto; }}
#phone [style] {{ position: absolute; overflow: hidden; }}
#phone .list {{ overflow-y: auto; scrollbar-width: none; overscroll-behavior: contain; }}
#phone .list > div {{ position: relative; overflow: visible; }}
#phone .window {{ background: #ece6f0; border-radius: 24px; box-shadow: 0 0 0 2000px #0006; }}
#phone h1, #phone h2, #phone span[style], #phone label {{ display: flex; align-items: center; padding: 0 6px; }}
#phone h1 {{ font-size: 19px; }}
#phone h2 {{ color: #6750a4; font-size: 13px; }}
#phone label {{ color: #6750a4; font-size: 11px; }}
#phone button {{ background: none; text-align: left; color: inherit; cursor: pointer; }}
#phone button:disabled {{ opacity: .4; }}
#phone .row {{ border-bottom: 1px solid #e7e0ec; }}
#phone .row span:nth-of-type(2) {{ color: #49454f; font-size: 12px; }}
#phone .Button, #phone .TextView, #phone .ImageButton {{ text-align: center; color: #6750a4; }}
#phone .Button > span {{ display: block; margin: 3px; padding: 8px 2px; border-radius: 18px; background: #e8def8; }}
#phone .ImageButton {{ font-size: 22px; }}
#phone [aria-selected=true] {{ border-bottom: 3px solid #6750a4; font-weight: bold; }}
#phone .CheckBox::before {{ content: "☐ "; }} #phone .RadioButton::before {{ content: "○ "; }}
#phone .CheckBox[aria-checked=true]::before {{ content: "☑ "; }}
#phone .RadioButton[aria-checked=true]::before {{ content: "● "; }}
#phone .knob::after {{ content: ""; position: absolute; left: 8px; top: 14px; width: 36px; height: 20px;
  border-radius: 10px; background: linear-gradient(90deg, #79747e 18px, #e6e0e9 18px); }}
#phone [aria-checked=true] > .knob::after {{ background: linear-gradient(90deg, #e8def8 18px, #6750a4 18px); }}
#phone .dot {{ border-radius: 50%; background: #e8def8; }}
#phone .picture {{ background: linear-gradient(135deg, #b3c7f7, #e8def8); }}
#phone input, #phone textarea {{ padding: 2px 8px; background: #fff; border: 1px solid #79747e; border-radius: 6px;
  resize: none; }}
#phone .toast {{ background: #322f35; color: #fff; border-radius: 18px; pointer-events: none; }}
#keyboard {{ position: absolute; left: 0; top: {floor}px; width: 360px; bottom: 0; background: #d0cdd4; display: none;
  pointer-events: none; }}
</style></head>
<body><main id="phone"></main>
<script>
'use strict';
const phone = document.getElementById('phone'), todo = [];
let running = false, drawing = false, touching = 0, now = 0, shown = null;
const RealDate = Date;
Date = class extends RealDate {{
  constructor(...parts) {{ if (parts.length) super(...parts); else super(now); }}
  static now() {{ return now; }}
}};
const isField = element => element.matches('input, textarea');
const list = () => phone.querySelector('.list');
function draw(said) {{
  drawing = true;
  now = new RealDate(said.now).getTime();
  document.querySelector('meta[name=application-name]').content = said.app;
  if (said.html !== shown) phone.innerHTML = said.html + '<div id="keyboard" aria-hidden="true"></div>';
  shown = said.html;
  const field = phone.querySelector('[data-focus]');
  if (field && document.activeElement !== field) {{
    field.focus({{preventScroll: true}});
    field.setSelectionRange(field.value.length, field.value.length);
  }} else if (!field && document.activeElement) document.activeElement.blur();
  document.getElementById('keyboard').style.display = field ? 'block' : 'none';
  if (list()) list().scrollTop = list().dataset.offset / {density};
  phone.scrollTop = 0;
  drawing = false;
  if (said.again) setTimeout(() => send('look'), 250);
}}
async function run() {{
  running = true;
  let said = null;
  while (todo.length) {{
    const [path, body] = todo.shift();
    const answer = await fetch('/' + path, {{method: 'POST', body: JSON.stringify(body)}});
    said = await answer.json();
  }}
  running = false;
  draw(said);
}}
function send(path, body = {{}}) {{
  const last = todo[todo.length - 1];
  if (last && last[0] === path && (path === 'type' || path === 'scroll')) last[1] = body;
  else todo.push([path, body]);
  if (!running) run();
}}
function tap(x, y) {{
  const box = phone.getBoundingClientRect();
  send('tap', {{x: Math.floor((x - box.left) * {density}), y: Math.floor((y - box.top) * {density})}});
}}
function middle(element) {{
  const box = element.getBoundingClientRect();
  tap(box.left + box.width / 2, box.top + box.height / 2);
}}
addEventListener('pointerdown', () => {{ touching = RealDate.now(); }}, true);
const byTouch = () => RealDate.now() - touching < 700;
phone.addEventListener('click', event => {{
  const button = event.target.closest('button');
  if (event.detail || !button) tap(event.clientX, event.clientY); else middle(button);
  touching = 0;
}});
phone.addEventListener('focusin', event => {{
  if (!drawing && !byTouch() && isField(event.target)) middle(event.target);
}});
phone.addEventListener('focusout', event => {{
  if (!drawing && !byTouch() && isField(event.target)) send('key', {{key: 'escape'}});
}});
phone.addEventListener('input', event => send('type', {{text: event.target.value}}));
phone.addEventListener('keydown', event => {{
  if (event.key === 'Escape') send('key', {{key: 'escape'}});
  if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
  event.preventDefault();
  send('key', {{key: 'enter'}});
}});
phone.addEventListener('scroll', event => {{
  if (event.target !== list()) return;
  const to = Math.round(list().scrollTop * {density});
  if (Math.abs(to - list().dataset.offset) > 1) {{ list().dataset.offset = to; send('scroll', {{to}}); }}
}}, true);
addEventListener('popstate', () => {{ history.pushState(null, '', '/'); send('key', {{key: 'back'}}); }});
history.replaceState(null, '', '/');
history.pushState(null, '', '/');
draw({first});
</script></body></html>
"""
