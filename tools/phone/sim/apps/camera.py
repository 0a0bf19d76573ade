"""Camera: asks for its permission, takes photos and videos, and keeps its flash, timer and lens."""

from __future__ import annotations

from .. import ops
from ..app import App
from ..state import State, go, leave, need, seq, world
from ..view import View, button, icon, line, row, tab
from ..view import box as _box

app = App("camera", "Camera")
MODES = ("Photo", "Video", "Portrait", "Panorama")
FLASH = ("Auto", "On", "Off")
TIMER = ("Off", "3 seconds", "10 seconds")


@app.screen("main")
def main(state: State) -> View:
    """The finder."""
    camera = state.world.camera
    modes = line(*(tab(m, m == camera.mode, world(ops.set_part("camera", mode=m))) for m in MODES))
    shot = world(ops.take_photo(camera.mode), "Saved to gallery")
    shutter = button("Record video" if camera.mode == "Video" else "Take photo", need("camera", shot))
    lens = world(ops.set_part("camera", front=not camera.front))
    bar = (icon("Open gallery", go("main", "gallery")),)
    body = (
        modes,
        row("Flash", go("choice", name="flash"), camera.flash),
        row("Timer", go("choice", name="timer"), camera.timer),
        row("Switch camera", lens, "Front camera" if camera.front else "Back camera"),
    )
    return View("Camera", body, bar=bar, foot=(shutter,))


@app.screen("choice")
def choice(state: State) -> View:
    """Flash or timer; a tap takes effect and closes."""
    name = state.top.get("name")
    now = getattr(state.world.camera, name)
    values = FLASH if name == "flash" else TIMER
    rows = tuple(_box(v, v == now, seq(world(ops.set_part("camera", **{name: v})), leave), round_=True) for v in values)
    return View(name.capitalize(), rows, overlay=True)
