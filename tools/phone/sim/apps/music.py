"""Music: songs, playlists, liked songs, and a player that can be opened from everywhere."""

from __future__ import annotations

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import Act, State, go, leave, seq, world
from ..view import Item, View, button, entry, icon, line, row, switch, text
from ..world import Playlist, Song
from .system import tabs

app = App("music", "Music")
_TABS = ("Songs", "Playlists", "Liked")


def _rows(songs: list[Song]) -> tuple[Item, ...]:
    return tuple(
        row(s.title, go("song", id=s.id), s.artist, picture="cover") for s in sorted(songs, key=lambda s: s.title)
    )


@app.screen("main")
def main(state: State) -> View:
    """Three tabs, a search field, and what is playing at the foot."""
    chosen, query = state.top.get("tab", _TABS[0]), state.top.get("query").lower()
    songs = [s for s in state.world.songs if query in f"{s.title} {s.artist}".lower()]
    if chosen == "Playlists":
        lists = [p for p in state.world.playlists if query in p.name.lower()]
        rows = tuple(row(p.name, go("playlist", id=p.id), f"{len(p.songs)} songs") for p in lists)
    else:
        rows = _rows(songs if chosen == "Songs" else [s for s in songs if s.liked])
    bar = (icon("Add playlist", go("new")),) if chosen == "Playlists" else ()
    body = (tabs(state, _TABS), entry(state, "query", "Search music"), *(rows or (text("Nothing found"),)))
    player = state.world.player
    foot = (button(f"Now playing {player.song}", go("player")),) if player.song else ()
    return View("Music", body, bar=bar, foot=foot)


def _start(title: str) -> Act:
    return seq(world(ops.play(title)), go("player"))


@app.screen("song")
def song_(state: State) -> View:
    """One song."""
    song: Song | None = ops.row(state.world, "songs", key_of(state))
    if song is None:
        return gone("Song")
    like = world(ops.edit("songs", song.id, liked=not song.liked))
    body = (
        text(f"Artist {song.artist}"),
        line(button("Play", _start(song.title)), button("Unlike" if song.liked else "Like", like)),
        button("Save to playlist", go("choose", title=song.title)),
    )
    return View(song.title, body)


@app.screen("choose")
def choose(state: State) -> View:
    """Which playlist a song goes to."""
    title = state.top.get("title")
    to = tuple(row(p.name, seq(world(ops.add_to_playlist(p.id, title), "Saved"), leave)) for p in state.world.playlists)
    return View("Save to", to, foot=(button("Cancel", leave),), overlay=True)


@app.screen("player")
def player_(state: State) -> View:
    """What is playing."""
    player, titles = state.world.player, [s.title for s in sorted(state.world.songs, key=lambda s: s.title)]
    at = titles.index(player.song) if player.song in titles else 0
    part = "player"
    keys = line(
        button("Previous", world(ops.play(titles[at - 1]))),
        button("Pause" if player.playing else "Play", world(ops.set_part(part, playing=not player.playing))),
        button("Next", world(ops.play(titles[(at + 1) % len(titles)]))),
    )
    body = (
        text(player.song),
        keys,
        switch("Shuffle", player.shuffle, world(ops.set_part(part, shuffle=not player.shuffle))),
        switch("Repeat", player.repeat, world(ops.set_part(part, repeat=not player.repeat))),
    )
    return View("Now playing", body)


@app.screen("playlist")
def playlist(state: State) -> View:
    """One playlist; a tap on a song takes it out after a question."""
    found: Playlist | None = ops.row(state.world, "playlists", key_of(state))
    if found is None:
        return gone("Playlist")
    rows = tuple(row(title, go("remove", id=found.id, title=title)) for title in found.songs)
    play = button("Play all", _start(found.songs[0]) if found.songs else leave, enabled=bool(found.songs))
    bar = (icon("Delete", go("delete", id=found.id)),)
    return View(found.name, (play, *(rows or (text("This playlist is empty"),))), bar=bar)


@app.screen("remove")
def remove(state: State) -> View:
    """The question before a song leaves a playlist."""
    found: Playlist | None = ops.row(state.world, "playlists", key_of(state))
    title = state.top.get("title")
    songs = tuple(s for s in (found.songs if found else ()) if s != title)
    return confirm(f"Remove {title}?", "Remove", world(ops.edit("playlists", key_of(state), songs=songs)))


@app.screen("delete")
def delete(state: State) -> View:
    """The question before a playlist is deleted."""
    return confirm("Delete playlist?", "Delete", seq(world(ops.drop("playlists", key_of(state))), leave))


@app.screen("new")
def new(state: State) -> View:
    """A name for a new playlist."""
    name = state.top.get("name").strip()
    create = seq(world(ops.add("playlists", Playlist(0, name)), "Playlist created"), leave)
    foot = (button("Cancel", leave), button("Create", create, enabled=bool(name)))
    return View("New playlist", (entry(state, "name", "Playlist name"),), foot=foot, overlay=True)
