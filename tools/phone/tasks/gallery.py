"""Tasks in Gallery."""

from __future__ import annotations

from dataclasses import replace

from ..sim import ops
from ..sim.world import Photo
from .draw import Draw
from .task import Draft, launch, say, tap, template

_OPEN = launch("Gallery")
_BIN = (_OPEN, tap("Bin"))


def _photo(d: Draw, *, binned: bool = False) -> Photo:
    return d.one([p for p in d.world.photos if p.binned == binned])


@template("gallery")
def favour(d: Draw) -> Draft:
    photo = d.one([p for p in d.world.photos if not p.binned and not p.favourite])
    return Draft(
        (
            "Mark the photo {p} as a favourite",
            "Add {p} to my favourite photos",
            "I love the picture {p}, make it a favourite",
            "Put the photo {p} among the favourites",
        ),
        (_OPEN, tap(photo.name), tap("Add to favourites")),
        {"p": photo.name},
        ops.edit("photos", photo.id, favourite=True),
    )


@template("gallery")
def bin_photo(d: Draw) -> Draft:
    photo = _photo(d)
    return Draft(
        (
            "Delete the photo {p}",
            "Move the picture {p} to the bin",
            "Throw away the photo {p}",
            "Remove {p} from my gallery",
        ),
        (_OPEN, tap(photo.name), tap("Delete"), tap("Move to bin")),
        {"p": photo.name},
        ops.edit("photos", photo.id, binned=True),
    )


@template("gallery")
def restore(d: Draw) -> Draft:
    photo = _photo(d, binned=True)
    return Draft(
        (
            "Restore the photo {p} from the bin",
            "I deleted the picture {p} by mistake, bring it back",
            "Get {p} out of the gallery's bin",
            "Undelete the photo {p}",
        ),
        (*_BIN, tap(photo.name), tap("Restore")),
        {"p": photo.name},
        ops.edit("photos", photo.id, binned=False),
    )


@template("gallery")
def erase(d: Draw) -> Draft:
    photo = _photo(d, binned=True)
    return Draft(
        (
            "Delete {p} forever, it is in the bin",
            "Erase the binned photo {p} for good",
            "The picture {p} in the bin should be gone forever",
            "Remove {p} from the gallery's bin permanently",
        ),
        (*_BIN, tap(photo.name), tap("Delete forever"), tap("Delete")),
        {"p": photo.name},
        ops.drop("photos", photo.id),
    )


@template("gallery")
def empty_bin(_: Draw) -> Draft:
    return Draft(
        (
            "Empty the gallery's bin",
            "Delete all binned photos for good",
            "Clear out the photo bin",
            "Erase everything in the bin of the gallery",
        ),
        (*_BIN, tap("Empty bin"), tap("Empty")),
        want=lambda w: replace(w, photos=tuple(p for p in w.photos if not p.binned)),
    )


@template("gallery")
def move(d: Draw) -> Draft:
    photo = _photo(d)
    album = d.new(sorted({p.album for p in d.world.photos if not p.binned}), [photo.album])
    return Draft(
        (
            "Move the photo {p} to the album {a}",
            "Put {p} into the {a} album",
            "The picture {p} belongs in {a}, move it",
            "Sort the photo {p} into {a}",
        ),
        (_OPEN, tap(photo.name), tap("Move to album"), tap(album)),
        {"p": photo.name, "a": album},
        ops.edit("photos", photo.id, album=album),
    )


@template("gallery", "messages")
def share(d: Draw) -> Draft:
    photo, who = _photo(d), d.contact()
    return Draft(
        (
            "Send the photo {p} to {name}",
            "Share the picture {p} with {name}",
            "{name} wants to see {p}, send it from the gallery",
            "Pass the photo {p} on to {name}",
        ),
        (_OPEN, tap(photo.name), tap("Share"), tap(who.name), tap("Send")),
        {"p": photo.name, "name": who.name},
        ops.send_message(who.name, f"[photo {photo.name}]"),
    )


@template("gallery")
def ask_date(d: Draw) -> Draft:
    photo = _photo(d)
    shown = f"{photo.when:%d %b %Y}"
    return Draft(
        (
            "When was the photo {p} taken?",
            "Look up the date of the picture {p}",
            "On which day did I take {p}?",
            "Tell me the date of {p} in the gallery",
        ),
        (_OPEN, say(shown)),
        {"p": photo.name},
        answer=shown,
    )


@template("gallery")
def ask_album(d: Draw) -> Draft:
    album = d.one(sorted({p.album for p in d.world.photos if not p.binned}))
    count = sum(p.album == album and not p.binned for p in d.world.photos)
    return Draft(
        (
            "How many pictures are in the album {a}?",
            "Count the photos of the {a} album",
            "How large is the album {a}?",
            "Tell me the number of items in {a}",
        ),
        (_OPEN, tap("Albums"), say(str(count))),
        {"a": album},
        answer=str(count),
    )


@template("gallery")
def unfavour(d: Draw) -> Draft:
    photo = d.one([p for p in d.world.photos if p.favourite and not p.binned])
    return Draft(
        (
            "Remove {p} from my favourite photos",
            "The picture {p} is no favourite any more",
            "Take the photo {p} out of the favourites",
            "Unfavourite the photo {p}",
        ),
        (_OPEN, tap(photo.name), tap("Remove from favourites")),
        {"p": photo.name},
        ops.edit("photos", photo.id, favourite=False),
    )
