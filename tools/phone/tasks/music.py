"""Tasks in Music."""

from __future__ import annotations

from ..sim import names, ops
from ..sim.world import Playlist, Song
from .draw import Draw
from .task import Draft, launch, say, tap, template, write

_OPEN = launch("Music")
_LISTS = (_OPEN, tap("Playlists"))


def _song(d: Draw, *, liked: bool | None = None) -> Song:
    return d.one([s for s in d.world.songs if liked is None or s.liked == liked])


@template("music")
def play(d: Draw) -> Draft:
    song = d.one([s for s in d.world.songs if s.title != d.world.player.song])
    return Draft(
        ("Play {s}", "Put on the song {s}", "I want to hear {s}", "Start {s} in the music app"),
        (_OPEN, tap(song.title), tap("Play")),
        {"s": song.title},
        ops.play(song.title),
        intent=("play_song", {"song": song.title}),
    )


@template("music")
def like(d: Draw) -> Draft:
    song = _song(d, liked=False)
    return Draft(
        ("Like the song {s}", "Add {s} to my liked songs", "I like {s}, mark it in the music app", "Give {s} a like"),
        (_OPEN, tap(song.title), tap("Like")),
        {"s": song.title},
        ops.edit("songs", song.id, liked=True),
    )


@template("music")
def unlike(d: Draw) -> Draft:
    song = _song(d, liked=True)
    return Draft(
        (
            "Unlike the song {s}",
            "Remove {s} from my liked songs",
            "I do not like {s} any more, unmark it",
            "Take the like off {s}",
        ),
        (_OPEN, tap(song.title), tap("Unlike")),
        {"s": song.title},
        ops.edit("songs", song.id, liked=False),
    )


@template("music")
def save_song(d: Draw) -> Draft:
    target: Playlist = d.one(d.world.playlists)
    song = d.one([s for s in d.world.songs if s.title not in target.songs])
    return Draft(
        (
            "Add {s} to the playlist {p}",
            "Save the song {s} to {p}",
            "Put {s} on my {p} playlist",
            "The playlist {p} should have {s}",
        ),
        (_OPEN, tap(song.title), tap("Save to playlist"), tap(target.name)),
        {"s": song.title, "p": target.name},
        ops.add_to_playlist(target.id, song.title),
    )


@template("music")
def new_playlist(d: Draw) -> Draft:
    name = d.new(names.PLAYLISTS, [p.name for p in d.world.playlists])
    return Draft(
        (
            "Create a playlist called {p}",
            "Make a new playlist {p}",
            "Start an empty playlist named {p}",
            "I need a playlist {p} in the music app",
        ),
        (*_LISTS, tap("Add playlist"), write("Playlist name", name), tap("Create")),
        {"p": name},
        ops.add("playlists", Playlist(0, name)),
    )


@template("music")
def fill_playlist(d: Draw) -> Draft:
    name = d.new(names.PLAYLISTS, [p.name for p in d.world.playlists])
    song = _song(d)
    made = (*_LISTS, tap("Add playlist"), write("Playlist name", name), tap("Create"))
    key = ops.fresh(d.world, "playlists")
    return Draft(
        (
            "Create a playlist {p} and add {s} to it",
            "Make a new playlist called {p} with the song {s}",
            "Start a playlist {p}, the first song is {s}",
            "I want a new playlist {p} that holds {s}",
        ),
        (*made, tap("Songs"), tap(song.title), tap("Save to playlist"), tap(name)),
        {"p": name, "s": song.title},
        ops.seq(ops.add("playlists", Playlist(0, name)), ops.add_to_playlist(key, song.title)),
    )


@template("music")
def remove_song(d: Draw) -> Draft:
    target = d.one([p for p in d.world.playlists if p.songs])
    title = d.one(target.songs)
    return Draft(
        (
            "Remove {s} from the playlist {p}",
            "Take {s} off my {p} playlist",
            "The playlist {p} should no longer have {s}",
            "Delete the song {s} out of {p}",
        ),
        (*_LISTS, tap(target.name), tap(title), tap("Remove")),
        {"s": title, "p": target.name},
        ops.edit("playlists", target.id, songs=tuple(s for s in target.songs if s != title)),
    )


@template("music")
def delete_playlist(d: Draw) -> Draft:
    target = d.one(d.world.playlists)
    return Draft(
        (
            "Delete the playlist {p}",
            "Remove my {p} playlist",
            "I do not need the playlist {p} any more, delete it",
            "Get rid of the playlist {p}",
        ),
        (*_LISTS, tap(target.name), tap("Delete"), tap("Delete")),
        {"p": target.name},
        ops.drop("playlists", target.id),
    )


@template("music")
def shuffle(d: Draw) -> Draft:
    which = d.one(("shuffle", "repeat"))
    return Draft(
        (
            "Turn on {w} in the music player",
            "Switch the music to {w}",
            "I want {w} on while music plays",
            "Enable {w} for the music",
        ),
        (_OPEN, tap(f"Now playing {d.world.player.song}"), tap(which.capitalize())),
        {"w": which},
        ops.set_part("player", **{which: True}),
    )


@template("music")
def pause(d: Draw) -> Draft:
    d.setup(ops.set_part("player", playing=True))
    return Draft(
        ("Pause the music", "Stop the song for now", "Hold the music", "Please pause what is playing"),
        (_OPEN, tap(f"Now playing {d.world.player.song}"), tap("Pause")),
        want=ops.set_part("player", playing=False),
    )


@template("music")
def ask_artist(d: Draw) -> Draft:
    song = _song(d)
    return Draft(
        ("Who sings {s}?", "Which artist made the song {s}?", "Look up the artist of {s}", "Tell me who {s} is by"),
        (_OPEN, say(song.artist)),
        {"s": song.title},
        answer=song.artist,
    )
