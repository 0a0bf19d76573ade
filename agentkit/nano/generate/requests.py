"""What people say to one tool: once, for several values in one sentence, or again with other values. Knows no scene."""

from __future__ import annotations

import random
import re

from agentkit.nano.generate.filled import Entry, kind_facts
from agentkit.nano.generate.kinds import Said
from agentkit.nano.generate.spoken import SpokenKinds
from agentkit.types import JsonObject

SLOT = re.compile(r"\{(\w+)\}")
_WHOLE = frozenset((
    "switch", "expression", "coordinates", "quoted", "title", "command", "cron", "datetime", "curve", "condition",
))  # fmt: skip
"""Kinds that do not stand well in a list of values that share one verb."""
_AGAIN = ("{0}, and the same with {1}", "{0}, then again with {1}", "{0}. Also with {1}", "{0}; and for {1}",
          "{0}, and once more with {1}")  # fmt: skip
_POLITE = ("{0}", "{0}", "{0}", "{0}", "please {0}", "can you {0}", "{0}, please", "hey, {0}", "could you {0}?",
           "I want you to {0}", "now {0}", "I need you to {0}")  # fmt: skip
_POLITE_FIRST = [form for form in _POLITE if form.endswith("{0}")]
_DANGLING = re.compile(r"(^| )(of|for|to|with|from|in|at|on|is|are|by|as|the|a|an|and|than|has|have|into)$")
_ORDER = re.compile(
    "(add|annotate|archive|arrange|assign|attach|block|change|check|clone|comment|compare|compute|connect|convert|copy|"
    "count|create|delete|download|erase|estimate|evaluate|execute|export|fetch|find|fit|follow|forward|freeze|get|give|"
    "hand|hash|install|join|keep|label|leave|let|limit|link|list|load|lock|look|mail|make|mark|monitor|move|multiply|"
    "normalise|notify|open|pack|ping|plan|play|post|predict|pull|put|rate|register|release|remove|replace|reserve|"
    "restart|round|run|save|scale|schedule|score|search|send|set|share|show|smooth|solve|sort|split|store|suspend|"
    "switch|tag|text|throw|translate|transpose|turn|unblock|unlock|update|validate|verify|watch|write) "
)


class Wishes:
    """Requests for one entry and their arguments, at one moment."""

    def __init__(self, entry: Entry, rng: random.Random, listed: frozenset[str] | None = None) -> None:
        """`listed` names the parameters of which a request may list several values; by default those required."""
        self.entry, self.rng, self.kinds = entry, rng, SpokenKinds(rng)
        self._listed = frozenset(entry.required) if listed is None else listed

    @property
    def facts(self) -> tuple[str, ...]:
        """The stated "now" where the entry has dates."""
        return kind_facts(self.entry, self.kinds)

    def single(self, *, plain: bool = False) -> tuple[str, list[JsonObject]]:
        """A request that wants one call; a plain one can follow another in a sentence."""
        form = self.rng.choice(self.entry.requests)
        said = self._said(form)
        text = _filled(form, {name: value.text for name, value in said.items()})
        return text if plain else self._polite(text, form), [self._arguments(said)]

    def several(self, *, plain: bool = False) -> tuple[str, list[JsonObject]] | None:
        """A request that wants the tool for two to four values; None where it has no value that can be listed."""
        if self.entry.repeats and self.rng.random() < 0.55:
            return self._repeated(plain=plain)
        forms = [form for form in self.entry.requests if self._listable(form)]
        if not forms:
            return None
        form = self.rng.choice(forms)
        if self.rng.random() < 0.25:
            return self._again(form)
        name = self.rng.choice(self._listable(form))
        said = self._said(form)
        drawn = self._distinct(name, self.rng.choice([2, 2, 2, 3, 3, 4]))
        if len(drawn) < 2:
            return None
        quote = '"' if f'"{{{name}}}"' in form else "'" if f"'{{{name}}}'" in form else ""
        texts = {other: value.text for other, value in said.items()}
        texts[name] = self._chained([value.text for value in drawn], quote)
        calls = [self._arguments({**said, name: value}) for value in drawn]
        text = _filled(form, texts)
        return text if plain else self._polite(text, form), calls

    def lacking(self) -> tuple[str, str] | None:
        """A request without the one value that it needs, and the question to ask; None where more would be missing."""
        forms = [form for form in self.entry.requests if len(SLOT.findall(form)) == 1 and "}" in form[-2:]]
        if not forms or len(self.entry.required) != 1:
            return None
        form = self.rng.choice(forms)
        name = SLOT.findall(form)[0]
        text = form[: form.rindex("{")].rstrip(" :\"'")
        if name != self.entry.required[0] or len(text.split()) < 2 or _DANGLING.search(text):
            return None
        question = self.rng.choice(["Which {0}?", "Which {0} do you mean?", "What is the {0}?"])
        return text, question.format(name.replace("_", " "))

    def given(self) -> tuple[str, JsonObject]:
        """The answer to the question of `lacking`, and the arguments that it makes."""
        name = self.entry.required[0]
        said = self.kinds.draw(self.entry.kinds[name])
        return said.text, {name: said.value}

    def follow(self, before: JsonObject) -> tuple[str, JsonObject] | None:
        """A second request that names only what is new, and its arguments."""
        names = [name for name in before if self._scalar(name)]
        if not names:
            return None
        name = self.rng.choice(names)
        value = self.kinds.draw(self.entry.kinds[name])
        if value.value == before[name]:
            return None
        only = len(before) == 1
        forms = ["and {0}?", "what about {0}?", "now {0}", "the same for {0}", "and for {0}", "again, with {0}"]
        form = self.rng.choice(forms if only else ["and with {1} {0}?", "the same with {1} {0}", "now with {1} {0}"])
        arguments = {key: value.value if key == name else old for key, old in before.items()}
        return form.format(value.text, name.replace("_", " ")), arguments

    def _repeated(self, *, plain: bool) -> tuple[str, list[JsonObject]] | None:
        """Two to four times the last clauses, each time with other values."""
        form, tail = self.rng.choice(self.entry.repeats)
        said = self._said(form)
        varied = SLOT.findall(tail)
        if not varied or "," in "".join(said[name].text for name in varied):
            return None
        text, calls = _filled(form, _texts(said)), [self._arguments(said)]
        further: list[str] = []
        for _ in range(self.rng.choice([1, 1, 2, 2, 3])):
            new = {**said, **{name: self.kinds.draw(self.entry.kinds[name]) for name in varied}}
            if self._arguments(new) in calls or "," in "".join(new[name].text for name in varied):
                return None
            further.append(_filled(tail, _texts(new)))
            calls.append(self._arguments(new))
        text = ", ".join([text, *further[:-1]]) + self.rng.choice([" and ", ", and ", " and also "]) + further[-1]
        return text if plain else self._polite(text, form), calls

    def _again(self, form: str) -> tuple[str, list[JsonObject]] | None:
        names = SLOT.findall(form)
        said = self._said(form)
        changed = self.rng.sample(names, self.rng.randint(1, min(3, len(names))))
        changed = [name for name in names if name in changed and self._scalar(name)]
        text = _filled(form, {name: value.text for name, value in said.items()})
        calls = [self._arguments(said)]
        for _ in range(self.rng.choice([1, 1, 2])):
            new = {name: self.kinds.draw(self.entry.kinds[name]) for name in changed}
            arguments = self._arguments({**said, **new})
            if not new or arguments in calls:
                return None
            parts = [f"{name.replace('_', ' ')} {value.text}" for name, value in new.items()]
            shown = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
            text = self.rng.choice(_AGAIN).format(text.rstrip("?"), shown)
            calls.append(arguments)
        return text, calls

    def _said(self, form: str) -> dict[str, Said]:
        return {name: self.kinds.draw(self.entry.kinds[name]) for name in SLOT.findall(form)}

    def _arguments(self, said: dict[str, Said]) -> JsonObject:
        return {name: said[name].value for name in self.entry.kinds if name in said}

    def _listable(self, form: str) -> list[str]:
        names = [name for name in SLOT.findall(form) if name in self._listed and self._scalar(name)]
        return [name for name in names if f"and {{{name}}}" not in form and f"{{{name}}} and" not in form]

    def _scalar(self, name: str) -> bool:
        kind = self.entry.kinds[name]
        return not kind.startswith(("[", "!")) and kind not in _WHOLE

    def _distinct(self, name: str, count: int) -> list[Said]:
        found: dict[str, Said] = {}
        for _ in range(count * 3):
            value = self.kinds.draw(self.entry.kinds[name])
            if len(found) < count and "," not in value.text:
                found.setdefault(str(value.value), value)
        return list(found.values())

    def _chained(self, texts: list[str], quote: str) -> str:
        between = f"{quote}, {quote}"
        last = self.rng.choice([" and ", " and ", ", and ", " as well as ", ", ", " and also "])
        return between.join(texts[:-1]) + f"{quote}{last}{quote}" + texts[-1]

    def _polite(self, text: str, form: str) -> str:
        if not _ORDER.match(form):
            return text[:1].upper() + text[1:] if self.rng.random() < 0.4 and not form.startswith("{") else text
        text = self.rng.choice(_POLITE if ". " not in form else _POLITE_FIRST).format(text)
        return text[:1].upper() + text[1:] if self.rng.random() < 0.35 else text


def _filled(form: str, texts: dict[str, str]) -> str:
    return SLOT.sub(lambda match: texts[match.group(1)], form)


def _texts(said: dict[str, Said]) -> dict[str, str]:
    return {name: value.text for name, value in said.items()}
