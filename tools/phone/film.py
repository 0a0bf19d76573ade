"""A recorded run as one picture: its screens in a row, with what was tapped framed and what was said below."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from .record import Episode, Moment
from .render import cut, lowest, svg
from .replay import call_text, sure
from .screen import Screen

_WIDE, _GAP, _TOP = 176, 18, 58
_BELOW = 96
_FONT = "font-family:Inter,Helvetica,Arial,sans-serif"


def strip(episode: Episode, *, most: int = 6) -> str:
    """The episode as a self-contained SVG: its first `most` steps, and the screen that was left behind."""
    moments = episode.moments[:most]
    shown: list[Moment | Screen] = [*moments, *episode.afterwards]
    tall = lowest([each.screen if isinstance(each, Moment) else each for each in shown], _WIDE)
    width = max(420, len(shown) * (_WIDE + _GAP) + _GAP)
    height = _TOP + tall + _BELOW
    cards = "".join(_card(n, each, _GAP + n * (_WIDE + _GAP), tall) for n, each in enumerate(shown))
    mark = {True: "✓ ", False: "✗ ", None: ""}[episode.success]
    left = f", {len(episode.moments) - most} more steps" if len(episode.moments) > most else ""
    model = episode.moments[0].proposal.model if episode.moments else "no model"
    said = f"{len(episode.moments)} steps, {sum(m.ms for m in episode.moments):.0f} ms, {model}{left}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><g style="{_FONT}">'
        f'<text x="{_GAP}" y="26" font-size="17" font-weight="600">{escape(mark + episode.request)}</text>'
        f'<text x="{_GAP}" y="45" font-size="12" style="fill:#625b71">{escape(said)}</text>{cards}</g></svg>'
    )


def _card(number: int, shown: Moment | Screen, x: int, tall: int) -> str:
    if isinstance(shown, Screen):
        drawn, lines, note = svg(shown, width=_WIDE), ["afterwards"], ""
    else:
        target = shown.target
        drawn = svg(shown.screen, mark=target.box if target else None, width=_WIDE)
        said = "; ".join(map(call_text, shown.proposal.calls)) or "nothing more to do"
        lines = wrap(f"{number + 1}. {said.replace('(', '( ', 1)}", 27, break_on_hyphens=False)[:3]
        lines = [line.replace("( ", "(") for line in lines]
        note = f"{sure(shown.verdict)} · {shown.ms:.0f} ms"
    placed = cut(drawn, _WIDE, tall, f'x="{x}" y="{_TOP}"')
    frame = f'<rect x="{x}" y="{_TOP}" width="{_WIDE}" height="{tall}" rx="12" fill="none" stroke="#cac4d0"/>'
    y = _TOP + tall
    words = "".join(
        f'<text x="{x}" y="{y + 20 + 16 * n}" font-size="12">{escape(line)}</text>' for n, line in enumerate(lines)
    )
    below = f'<text x="{x}" y="{y + 24 + 16 * len(lines)}" font-size="11" style="fill:#625b71">{escape(note)}</text>'
    return placed + frame + words + (below if note else "")
