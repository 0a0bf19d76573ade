"""A recorded run as one self-contained HTML page: screens with what was tapped, probabilities, verdicts, decisions."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from agentkit.types import DecisionPoint, ToolCall

from .record import Episode, Moment
from .render import svg

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1100px;padding:0 1rem;color:#1c1b1f;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:2rem 0 .4rem;border-top:1px solid #ddd;padding-top:1rem}
.step{display:flex;gap:1.5rem;margin:1rem 0;align-items:flex-start}.step svg{flex:none;border:1px solid #ccc;
border-radius:20px}code{background:#f3edf7;padding:.1rem .35rem;border-radius:4px;overflow-wrap:anywhere}
table{border-collapse:collapse;font-size:13px;margin:.5rem 0}td,th{padding:.15rem .6rem;text-align:left;
border-bottom:1px solid #eee}.bar{display:inline-block;height:.7em;background:#6750a4}.fail{color:#b3261e}
.pass{color:#146c2e}.unsure{color:#7d5700}.dim{color:#666}nav a{margin-right:1rem}
"""


def page(episodes: Iterable[Episode], *, title: str = "Replay on the simulated phone") -> str:
    """The whole page; it loads nothing from anywhere."""
    shown = list(episodes)
    links = "".join(f'<a href="#t{n}">{n}. {escape(e.request)}</a><br>' for n, e in enumerate(shown, 1))
    body = "".join(_episode(n, episode) for n, episode in enumerate(shown, 1))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1><nav>{links}</nav>{body}</body></html>"
    )


def _episode(number: int, episode: Episode) -> str:
    run = episode.run
    ended = f"{run.status}: {run.answer or run.reason}" if run else "not ended"
    steps = "".join(_moment(index, moment) for index, moment in enumerate(episode.moments, 1))
    verdict = f" · {escape(episode.verdict)}" if episode.verdict else ""
    return (
        f'<h2 id="t{number}">{number}. {escape(episode.request)}</h2><p class="dim">{escape(ended)}{verdict}</p>{steps}'
    )


def _moment(index: int, moment: Moment) -> str:
    target = moment.target
    picture = svg(moment.screen, mark=target.box if target else None, width=240)
    parts = [f"<p><b>Step {index}</b> <span class=dim>{moment.ms:.0f} ms</span></p>"]
    if moment.proposal is not None:
        said = "<br>".join(f"<code>{escape(call_text(call))}</code>" for call in moment.proposal.calls)
        parts.append(f"<p>{said or '<code>nothing more to do</code>'}</p>")
        parts.append(_points(moment.proposal.points, known=moment.proposal.confidence_known))
    if moment.verdict is not None:
        parts.append(_verdict(moment))
    if moment.decision is not None:
        parts.append(f"<p>→ <b>{escape(moment.decision.action.value)}</b> {escape(moment.decision.reason)}</p>")
    parts += [
        f'<p class="dim">{escape(r.name)}: {escape(r.status)} {escape(r.error or r.text)}</p>' for r in moment.results
    ]
    return f'<div class="step">{picture}<div>{"".join(parts)}</div></div>'


def call_text(call: ToolCall) -> str:
    """A call as people write it: `tap(element="Save")`."""

    def value(given: Any) -> str:
        return f'"{given}"' if isinstance(given, str) else str(given)

    return f"{call.name}({', '.join(f'{name}={value(given)}' for name, given in call.arguments.items())})"


def _points(points: tuple[DecisionPoint, ...], *, known: bool) -> str:
    if not known:
        return '<p class="dim">this engine gives no probabilities</p>'
    rows = "".join(_point(point) for point in points)
    head = "<tr><th>decision</th><th>chosen</th><th>p</th><th></th><th>instead</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else ""


def _point(point: DecisionPoint) -> str:
    others = ", ".join(f"{other.text} {other.p:.2f}" for other in point.alternatives[:3])
    return (
        f"<tr><td>{escape(point.field)}</td><td>{escape(point.text)}</td><td>{point.p:.2f}</td>"
        f'<td><span class="bar" style="width:{point.p * 80:.0f}px"></span></td>'
        f"<td class=dim>{escape(others)}</td></tr>"
    )


def _verdict(moment: Moment) -> str:
    verdict = moment.verdict
    assert verdict is not None
    checks = " · ".join(
        f'<span class="{check.status.value}" title="{escape(check.evidence)}">'
        f"{escape(check.name)} {check.ms:.1f} ms</span>"
        for check in verdict.checks
    )
    kind = "calibrated" if verdict.calibrated else "uncalibrated"
    sure = "unknown" if verdict.probability is None else f"{verdict.probability:.2f} ({kind})"
    return f"<p>{checks}<br>confidence {sure}</p>"
