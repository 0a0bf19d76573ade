"""Recorded runs as one self-contained HTML page: a strip of screens for each task, with what was tapped framed.

Below each screen the call, how sure the model was, the decision points with their probabilities, the checks and the
decision. The page loads nothing and runs no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from agentkit.types import Check, DecisionPoint, Proposal, ToolCall, Verdict

from .record import Episode, Moment
from .render import cut, lowest, svg

_STYLE = """
:root{--ink:#1c1b1f;--dim:#625b71;--line:#e0dbe6;--soft:#f6f2fa;--main:#6750a4;
--good:#146c2e;--bad:#b3261e;--doubt:#7d5700}
body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1280px;padding:1.5rem;color:var(--ink);background:#fff}
h1{font-size:1.35rem;margin:0 0 .3rem}h2{font-size:1.05rem;margin:2.2rem 0 .2rem}p{margin:.25rem 0}
a{color:var(--main);text-decoration:none}.dim{color:var(--dim)}.pass,.good{color:var(--good)}
.fail,.bad{color:var(--bad)}.unsure{color:var(--doubt)}
code{background:var(--soft);padding:.1rem .3rem;border-radius:4px;overflow-wrap:anywhere;font-size:13px}
table{border-collapse:collapse;margin:.6rem 0}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}
th{font-weight:500;color:var(--dim)}.n{text-align:right}
.strip{display:flex;gap:1rem;overflow-x:auto;padding:.6rem 0;align-items:flex-start}
.card{flex:0 0 232px;font-size:13px}.card>svg{display:block;border:1px solid var(--line);border-radius:18px}
.card table{margin:.3rem 0;font-size:12px}.card td{padding:.05rem .4rem .05rem 0;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--dim)}.bar{display:inline-block;height:.6em;background:var(--main);border-radius:2px}
"""
_WIDTH = 230


def page(episodes: Sequence[Episode], *, title: str = "Replay on the simulated phone") -> str:
    """The whole page."""
    rows = "".join(_row(n, episode) for n, episode in enumerate(episodes, 1))
    head = "<tr><th></th><th>task</th><th>done</th><th class=n>steps</th><th class=n>best</th><th class=n>ms</th></tr>"
    body = "".join(_episode(n, episode) for n, episode in enumerate(episodes, 1))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>{escape(title)}</h1><p class="dim">{escape(_summary(episodes))}</p>'
        f"<table>{head}{rows}</table>{body}</body></html>"
    )


def _summary(episodes: Sequence[Episode]) -> str:
    judged = [episode for episode in episodes if episode.success is not None]
    moments = [moment for episode in episodes for moment in episode.moments]
    models = dict.fromkeys(moment.proposal.model for moment in moments)
    done = f"{sum(bool(e.success) for e in judged)} of {len(judged)} tasks done · " if judged else ""
    return f"{done}{len(moments)} steps · {', '.join(models) or 'no model'}"


def _mark(episode: Episode) -> str:
    if episode.success is None:
        return '<span class="dim">not judged</span>'
    return '<span class="good">✓</span>' if episode.success else '<span class="bad">✗</span>'


def _row(number: int, episode: Episode) -> str:
    ms = f"{sum(moment.ms for moment in episode.moments):.0f}"
    best = "" if episode.best_steps is None else str(episode.best_steps)
    numbers = "".join(f'<td class="n">{cell}</td>' for cell in (len(episode.moments), best, ms))
    link = f'<a href="#t{number}">{escape(episode.request)}</a>'
    return f'<tr><td class="n dim">{number}</td><td>{link}</td><td>{_mark(episode)}</td>{numbers}</tr>'


def _episode(number: int, episode: Episode) -> str:
    run = episode.run
    ended = f"ended as {run.status}: {run.answer or run.reason}" if run else "did not end"
    verdict = "" if episode.success is not False else f' <span class="bad">{escape(episode.verdict)}</span>'
    tall = lowest([*(moment.screen for moment in episode.moments), *episode.afterwards], _WIDTH)
    cards = "".join(_moment(index, moment, tall) for index, moment in enumerate(episode.moments, 1))
    return (
        f'<h2 id="t{number}">{_mark(episode)} {number}. {escape(episode.request)}</h2>'
        f'<p class="dim">{escape(ended)}{verdict}</p><div class="strip">{cards}{_last(episode, tall)}</div>'
    )


def _last(episode: Episode, tall: int) -> str:
    return "".join(
        f'<div class="card">{cut(svg(screen, width=_WIDTH), _WIDTH, tall)}<p class="dim">afterwards</p></div>'
        for screen in episode.afterwards
    )


def _moment(index: int, moment: Moment, tall: int) -> str:
    target, proposal = moment.target, moment.proposal
    drawn = svg(moment.screen, mark=target.box if target else None, width=_WIDTH)
    said = "<br>".join(f"<code>{escape(call_text(call))}</code>" for call in proposal.calls)
    results = [r.error or r.text or r.status for r in moment.results]
    told = "".join(f'<p class="dim">→ {escape(result)}</p>' for result in results if result not in {"ok", "done"})
    return (
        f'<div class="card">{cut(drawn, _WIDTH, tall)}'
        f"<p><b>{index}</b> {said or '<code>nothing more to do</code>'}</p>"
        f'<p class="dim">{sure(moment.verdict)} · {moment.ms:.0f} ms · {proposal.tier}</p>'
        f"{_decided(moment)}{told}<details><summary>{_count(proposal)}</summary>"
        f"{_points(proposal)}{_checks(moment.verdict)}</details></div>"
    )


def sure(verdict: Verdict | None) -> str:
    """How sure, in words: a score that is not fitted is said to be one."""
    if verdict is None or verdict.probability is None:
        return "p unknown"
    return f"p {verdict.probability:.2f}" + ("" if verdict.calibrated else " uncalibrated")


def _decided(moment: Moment) -> str:
    """The decision in words, where it was not simply to go on."""
    decision = moment.decision
    if decision is None or decision.action.value == "execute":
        return ""
    return f"<p><b>{escape(decision.action.value)}</b> {escape(decision.reason)}</p>"


def _count(proposal: Proposal) -> str:
    if not proposal.confidence_known:
        return "checks; this model gives no probabilities"
    return f"{len(proposal.points)} decision point{'s' if len(proposal.points) != 1 else ''}, checks"


def call_text(call: ToolCall) -> str:
    """A call as people write it: `tap(element="Save")`; an empty answer is none."""

    def value(given: Any) -> str:
        return f'"{given}"' if isinstance(given, str) else str(given)

    given = {name: value for name, value in call.arguments.items() if value != "" or call.control is None}
    return f"{call.name}({', '.join(f'{name}={value(each)}' for name, each in given.items())})"


def _points(proposal: Proposal) -> str:
    rows = "".join(_point(point) for point in proposal.points)
    return f"<table>{rows}</table>" if rows else ""


def _point(point: DecisionPoint) -> str:
    others = ", ".join(f"{other.text} {other.p:.2f}" for other in point.alternatives[:3])
    instead = f'<br><span class="dim">or {escape(others)}</span>' if others else ""
    return (
        f'<tr><td class="dim">{escape(point.field)}</td><td><b>{escape(point.text)}</b> {point.p:.2f} '
        f'<span class="bar" style="width:{point.p * 40:.0f}px"></span>{instead}</td></tr>'
    )


def _checks(verdict: Verdict | None) -> str:
    return "" if verdict is None else f"<p>{' · '.join(map(_check, verdict.checks))}</p>"


def _check(check: Check) -> str:
    evidence = f": {escape(check.evidence)}" if check.evidence and check.status.value != "pass" else ""
    return f'<span class="{check.status.value}">{escape(check.name)} {check.ms:.1f} ms{evidence}</span>'
