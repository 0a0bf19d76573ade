"""Gallery: photos, albums, favourites and the bin; moving, sharing and deleting for good after a question."""

from __future__ import annotations

from dataclasses import replace

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import State, go, leave, seq, world
from ..view import Item as _Item
from ..view import View, button, icon, row, text
from ..world import Photo
from .system import tabs

app = App("gallery", "Gallery")
_TABS = ("Photos", "Albums", "Favourites", "Bin")


def _rows(photos: list[Photo]) -> tuple[_Item, ...]:
    found = sorted(photos, key=lambda p: p.when, reverse=True)
    return tuple(row(p.name, go("photo", id=p.id), f"{p.when:%d %b %Y}", picture="photo") for p in found)


@app.screen("main")
def main(state: State) -> View:
    """Four tabs."""
    chosen, every = state.top.get("tab", _TABS[0]), state.world.photos
    kept = [p for p in every if not p.binned]
    if chosen == "Albums":
        names = sorted({p.album for p in kept})
        rows = tuple(row(n, go("album", name=n), f"{sum(p.album == n for p in kept)} items") for n in names)
    elif chosen == "Favourites":
        rows = _rows([p for p in kept if p.favourite])
    else:
        rows = _rows(kept if chosen == "Photos" else [p for p in every if p.binned])
    bar = (icon("Empty bin", go("empty")),) if chosen == "Bin" and rows else ()
    return View("Gallery", (tabs(state, _TABS), *(rows or (text("Nothing here"),))), bar=bar)


@app.screen("album")
def album(state: State) -> View:
    """The photos of an album."""
    name = state.top.get("name")
    return View(
        name, _rows([p for p in state.world.photos if p.album == name and not p.binned]) or (text("Nothing here"),)
    )


@app.screen("photo")
def photo_(state: State) -> View:
    """One photo."""
    photo: Photo | None = ops.row(state.world, "photos", key_of(state))
    if photo is None:
        return gone("Photo")
    said = (
        _Item("image", f"Photo {photo.name}", name="photo"),
        text(f"Taken {photo.when:%A %d %B %Y, %H:%M}"),
        text(f"Album {photo.album}"),
    )
    if photo.binned:
        restore = seq(world(ops.edit("photos", photo.id, binned=False), "Restored"), leave)
        return View(
            photo.name, said, foot=(button("Restore", restore), button("Delete forever", go("erase", id=photo.id)))
        )
    like = "Remove from favourites" if photo.favourite else "Add to favourites"
    bar = (
        icon(like, world(ops.edit("photos", photo.id, favourite=not photo.favourite))),
        icon("Delete", go("bin", id=photo.id)),
    )
    share = go("forward", "messages", text=f"[photo {photo.name}]")
    return View(
        photo.name, said, bar=bar, foot=(button("Share", share), button("Move to album", go("move", id=photo.id)))
    )


@app.screen("move")
def move(state: State) -> View:
    """Which album a photo goes to."""
    photo: Photo | None = ops.row(state.world, "photos", key_of(state))
    here = photo.album if photo else ""
    names = sorted({p.album for p in state.world.photos} - {here})
    to = tuple(row(n, seq(world(ops.edit("photos", key_of(state), album=n), f"Moved to {n}"), leave)) for n in names)
    return View("Move to", to, foot=(button("Cancel", leave),), overlay=True)


@app.screen("bin")
def bin_(state: State) -> View:
    """The question before a photo goes to the bin."""
    act = seq(world(ops.edit("photos", key_of(state), binned=True), "Moved to bin"), leave)
    return confirm("Move to bin?", "Move to bin", act)


@app.screen("erase")
def erase(state: State) -> View:
    """The question before a photo is deleted for good."""
    act = seq(world(ops.drop("photos", key_of(state)), "Deleted"), leave)
    return confirm("Delete forever?", "Delete", act, detail="This cannot be undone.")


@app.screen("empty")
def empty(_: State) -> View:
    """The question before the bin is emptied."""
    wipe = world(lambda w: replace(w, photos=tuple(p for p in w.photos if not p.binned)), "Bin emptied")
    return confirm("Empty bin?", "Empty", wipe, detail="This cannot be undone.")
