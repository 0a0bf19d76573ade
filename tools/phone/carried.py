"""A request to use what has to be read first, as a question and an order: `Text Ana the place of Yoga class`.

Its form alone says what is to be read (`the place of Yoga class`) and what is to be done with it (`Text Ana "…"`).
Knows nothing of screens beyond the line that an answer stands on, nor of which app holds what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from .documents.asked import ORDERS, asked, plain
from .documents.words import VERBS, stems
from .parts import parts

Kind = Literal["mail", "phone", "time", "who", ""]
"""What a value that is read looks like; anything where it is empty."""
_HOLE = "{}"
_NUMBER = r"(?:(?:phone|telephone|mobile) )?number"
_MAIL = r"(?:e-?mail|mail)(?: address)?"
_LINES = r"(?:first|last) line|(?:latest|last|newest|most recent) message|serial number"
_KEY = rf"{_NUMBER}|{_MAIL}|address|location|place|venue|street|company|employer|{_LINES}"
_QUOTE = r'["“][^"”]+["”]'
_NAME = rf"(?:{_QUOTE}|[A-Z][\w-]*(?: [A-Z][\w-]*){{0,5}}|(?:my|the|this) [a-z]+)"
_UNTIL = r"(?= (?:into|onto|to|by|under|as|with|and|in an?)\b|[,;:]|[.?!]?$)"
_OF = rf"(?:of|from|for|in) (?:.+?){_UNTIL}"
_TIME = r"(?:(?:starting|start) )?time"
_FIRST = (ORDERS | VERBS) - {"my"}
_STARTS = r"(?: (?:starts?|begins?|is|takes place))"
_READS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"the {_TIME} (?:at which|when|of) (?P<it>.+?){_STARTS}?{_UNTIL}"), "At what time is {}?"),
    (re.compile(rf"when (?P<it>.+?){_STARTS}{_UNTIL}"), "At what time is {}?"),
    (re.compile(rf"(?P<it>the {_TIME} (?:in|that|which) .+?){_UNTIL}"), "Tell me {}"),
    (re.compile(rf"(?P<it>(?:what time|how late) it is in .+?){_UNTIL}"), "Tell me {}"),
    (re.compile(rf"[Tt]he (?:person|one|contact) who (?P<it>(?:sent|wrote) .+?)(?= should\b|{_UNTIL[3:]}"), "Who {}?"),
    (re.compile(rf"who(?:ever)? (?P<it>(?:sent|wrote) .+?){_UNTIL}"), "Who {}?"),
    (re.compile(rf"the sender of (?P<it>.*?{_QUOTE}|.+?{_UNTIL})"), "Who sent {}?"),
    (re.compile(rf"the (?:location|place|venue) of (?P<it>.+?){_UNTIL}"), "Where is {}?"),
    (re.compile(rf"where (?P<it>.+?){_STARTS}{_UNTIL}"), "Where is {}?"),
    (re.compile(rf"the {_MAIL} (?:of|from|for) (?P<it>.+?){_UNTIL}"), "What is the email address of {}?"),
    (re.compile(rf"(?P<it>{_NAME})['’]s {_MAIL}\b(?! of)"), "What is the email address of {}?"),
    (re.compile(rf"(?P<it>{_NAME})['’]s {_NUMBER}\b(?! of)"), "What is the phone number of {}?"),
    (re.compile(rf"(?P<it>the (?:{_KEY}) {_OF})"), "What is {}?"),
    (re.compile(rf"(?P<it>{_NAME}['’]s (?:{_KEY}))\b(?! of)"), "What is {}?"),
    (re.compile(rf"(?P<it>the (?:{_LINES}))\b{_UNTIL}"), "What is {}?"),
    (re.compile(rf"what (?P<it>{_NAME}) (?:wrote|said|sent) last\b"), "What is the latest message of {}?"),
    (re.compile(rf"(?P<it>what .+? (?:wrote|says|said|sent)(?: last| first)?){_UNTIL}"), "Tell me {}"),
)
"""Words for something that has to be read, and how one asks for it."""
_USES = re.compile(
    r"\b(?:text|send|message|mail|e-?mail|write|note|notes|keep|copy|put|save|add|make|new|should|store|pass)\b", re.I
)
_ALARM = re.compile(r"\b(?:alarm|wake|timer)\b", re.IGNORECASE)
_EDITS = re.compile(
    r"^\W*(?:please )?(?:change|rename|edit|correct|update|delete|remove|move|set (?!an? (?:alarm|timer))|turn|switch"
    r"|call|open|share)\b",
    re.I,
)
_BESIDE = frozenset({"into", "in", "to", "as", "under", "on", "about", "from", "change", "set", "of"})
"""After these such words say where something is to be put."""
_TOLD = frozenset({"me", "tell", "read", "know", "is", "are", "see", "check", "ask", "show"})
"""After these it is to be told, and nothing else done with it."""
_LOOK = re.compile(
    r"^(?P<before>.*?)\b(?:look up|find out|find|check|get|read) (?P<read>.+?),? (?:and then|and|then) (?P<order>.+)$",
    re.I,
)
_SAID = re.compile(r"^\W*(?P<read>who|what|when|where)\b(?P<more>[^?]+)\? (?P<order>.+)$", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|them|that time|that number|that)\b")
_ASKS = re.compile(
    rf"^(?P<who>{_NAME}) (?:asks?|needs?|wants?|would like)(?: to know)? (?P<read>[^,;]+)[,;] (?:and |so )?(?:please )?"
    r"(?P<verb>text|send|message|mail|email|write)(?: (?:it|them|him|her|that|the \w+))*(?P<rest>.*)$"
)
_FROM = re.compile(
    r"^(?P<before>.*?)(?:put|copy|take|look up) (?P<read>the [a-z -]+ of .+?) (?:into|to|as|and write it into"
    r"|and put it into) (?P<into>the [a-z -]+ of .+)$",
    re.IGNORECASE,
)
MAIL, NUMBER = re.compile(r"[\w.+-]+@[\w.-]+\w"), re.compile(r"\+?\d[\d -]{4,}\d")
_KINDS: tuple[tuple[Kind, re.Pattern[str], re.Pattern[str]], ...] = (
    ("mail", re.compile(r"mail address of\b"), MAIL),
    ("phone", re.compile(rf"(?<!serial ){_NUMBER} of\b"), NUMBER),
    ("time", re.compile(r"\btime (?:is|in|that|it)\b|\bhow late\b"), re.compile(r"\b\d{1,2}:\d\d\b")),
    ("who", re.compile(r"^Who\b"), re.compile(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")),
)
_MESSAGE = re.compile(r"\b(?:message|wrote|said|text)\b")
_LINE = re.compile(r"\bline\b|\bsays? (?:first|last)\b")
_WEB = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_PLACES = frozenset(stems("location place venue where"))
_PHONES = re.compile(r"\b(?:my|the|this) phone['’]s(?= )|(?<=number) of (?:my|the|this) phone\b")
"""The device itself, which no app is about."""
_GIVES = re.compile(r": (?!it should\b)|\bthat $")
"""Before what is given, and need not be read."""
_IS = re.compile(r":| (?:is|was|are|were) ")
_COUNT = re.compile(r'\bthe number (?:of|from|for|in) (?!(?:(?:my|the|this) )?(?:\w+ )?["“A-Z])')
"""How many there are, and nobody's number."""
_NAMED = re.compile(r'["“A-Z]|\b(?:my|the|this)\b')
_QUOTED = re.compile(_QUOTE)
_GETS = re.compile(r'^(?P<who>.+?) should get "{}" by (?:e-?)?mail\b')
_NOTES = re.compile(r"^(?:[A-Z][a-z]+\. )+")
_AFTER = re.compile(r"([A-Z][\w ]*?)(?:: | (?=[A-Z\d+]))(.+)")


@dataclass(frozen=True, slots=True)
class Carried:
    """`question` asks for what is to be read, a value of `kind`; `order` is what is to be done with it."""

    question: str
    order: str
    kind: Kind

    @property
    def rest(self) -> str:
        """The order's own words, where the value stands apart from them; empty where it stands among them."""
        return self.order.replace(f'"{_HOLE}"', ";", 1) if f'"{_HOLE}"' in self.order else ""

    def pieces(self, value: str) -> tuple[str, str]:
        """Question and order, one after the other; the order holds the value once it is known."""
        return self.question, self.order.replace(_HOLE, within(value) or "it", 1)


def within(value: str) -> str:
    """A value as it can stand between quotation marks: what was read on a screen adds nothing to the order."""
    return " ".join(re.sub('["“”]', "'", value).split())


_SENDS = re.compile(rf'^(?:Send|Get) (?=(?:{_NAME} (?:just )?"{{}}"|"{{}}" to {_NAME})[.!]?$)')


@lru_cache(maxsize=64)
def carried(request: str) -> Carried | None:
    """The question and the order of a request; None where nothing has to be read first, or its form does not tell."""
    told = None if asked(request).asks or _HOLE in request else _carried(request)
    if told is None:
        return None
    order = _GETS.sub(r'Email \g<who> "{}"', told.order)
    return replace(told, order=_SENDS.sub("Text ", order))  # what is sent to a person, and no mail, is a message


def _carried(request: str) -> Carried | None:
    return _from(request) or _looked(request) or _needed(request) or _inside(request)


def _from(request: str) -> Carried | None:
    """`Copy the place of X to the title of Y`."""
    found = _FROM.match(request)
    if found is None or _quoted(request, found.start("read")):
        return None
    read, into = found["read"], found["into"].rstrip(" .!?")
    return Carried(f"What is {read}?", f'{found["before"]}Change {into} to "{_HOLE}"', _kind(read))


def _looked(request: str) -> Carried | None:
    """`Look up X and text it to Y`, `Where is X? Text it to Y`."""
    looked, said = _LOOK.match(request), _SAID.match(request)
    if looked is not None:
        read, order = looked["read"], looked["order"]
    elif said is not None:
        read, order = said["read"].lower() + said["more"], said["order"]
    else:
        return None
    told, place = _reading(read), _IT.search(order)
    used = _USES.match(order) or _ALARM.search(order)
    if told is None or told[1].span() != (0, len(read)) or place is None or not used:
        return None
    order = f"{order[: place.start()]}{_held(told[0], order[: place.start()])}{order[place.end() :]}"
    return Carried(told[0], order[:1].upper() + order[1:], _kind(told[0]))


def _needed(request: str) -> Carried | None:
    """`Ana asks where X is, message the place`."""
    found = _ASKS.match(request)
    told = _reading(found["read"]) if found is not None else None
    if found is None or told is None or told[1].span() != (0, len(found["read"])):
        return None
    order = f'{found["verb"].capitalize()} {found["who"]} "{_HOLE}"{found["rest"]}'
    return Carried(told[0], order, _kind(told[0]))


def _inside(request: str) -> Carried | None:
    """`Text Ana the place of X`: what is to be read stands where its value would."""
    told = _reading(request)
    if told is None or _EDITS.search(request) or len(parts(request)) > 1:
        return None
    question, found = told
    before, after = request[: found.start()], request[found.end() :]
    kind, word = _kind(question), (before.split() or [""])[-1].lower()
    if kind == "time" and _ALARM.search(before + after):
        return Carried(question, f"{before}{_held(question, before)}{after}", kind)
    if word in _TOLD or (kind != "who" and (word in _BESIDE or not _USES.search(before + after))):
        return None
    return Carried(question, f"{before}{_held(question, before)}{after}", kind)


def _reading(text: str) -> tuple[str, re.Match[str]] | None:
    """What asks for a value, and where it stands; None inside a quotation or where a value of the kind is given."""
    for pattern, question in _READS:
        found = pattern.search(text)
        if found is None or _quoted(text, found.start()):
            continue
        verb, space, _ = found["it"].partition(" ")
        if space and re.search("['’]s ", found.group()) and verb.lower() in _FIRST:
            found = pattern.search(text, found.start() + len(verb) + 1)
        if found is None:
            continue
        if _given(text, found):
            return None
        it = _PHONES.sub(lambda each: "" if each.group().startswith(" ") else "the", found["it"])
        told = question.format(it)
        rest = text[: found.start()] + text[found.end() :]
        if not any(kind == _kind(told) != "who" and form.search(rest) for kind, _, form in _KINDS):
            return told, found
    return None


def _given(text: str, found: re.Match[str]) -> bool:
    """Whether the request says itself what would have to be read, or only may mean something that can be."""
    it, said, after = _QUOTED.sub("", found["it"]), found.group(), text[found.end() :]
    says = not said.lower().startswith(("who", "the person", "the one", "the contact", "the sender")) and _IS.search(
        it.replace(" it is in ", " ")
    )
    vague = _COUNT.search(said) or (said.startswith("when ") and not _NAMED.search(found["it"]))
    return bool(says or vague or _GIVES.search(_QUOTED.sub("", text[: found.start()])) or _IS.match(after))


def _quoted(text: str, place: int) -> bool:
    """Whether a place stands inside a quotation or in a text of any words."""
    before = text[:place]
    return len(re.findall(r'["“”]', before)) % 2 == 1 or bool(re.search(r"\b(?:say|says|saying)\b[^,;]*$", before))


def _kind(read: str) -> Kind:
    for kind, words, _ in _KINDS:
        if words.search(read):
            return kind
    return ""


def _held(read: str, before: str) -> str:
    """The place of the value: between quotation marks, unless it is a name or a time at which something is set."""
    kind = _kind(read)
    if kind == "who":
        return _HOLE
    if kind != "time" or not re.search(r"\b(?:for|at|exactly|alarm)\W*$", before):
        return f'"{_HOLE}"'
    return _HOLE if re.search(r"\b(?:for|at)\W*$", before) else f"at {_HOLE}"


def value_of(told: Carried, label: str, detail: str) -> tuple[str, bool]:
    """The value on a line of a screen, empty where there is none of its kind, and whether its form or its key tells."""
    line = f"{label} - {detail}" if detail else label
    form = next((form for kind, _, form in _KINDS if kind == told.kind), None)
    said = f" {plain(told.question)} "
    if form is not None:
        found = [text.group() for part in (_NOTES.sub("", detail), line) for text in form.finditer(part)]
        return next((each for each in found if f" {plain(each)} " not in said), ""), True
    named, message = f" {plain(label)} " in said, _MESSAGE.search(told.question) is not None
    value = _NOTES.sub("", detail) if named and message else "" if detail or named else label
    if _LINE.search(told.question):
        return ("", False) if detail or named or _WEB.fullmatch(value) else (value, True)
    key = None if detail else _AFTER.fullmatch(label)
    if key is not None and any(w in stems(said) or w in said.split() for k in stems(key.group(1)) for w in _called(k)):
        return key.group(2), True
    other = key is not None or (not message and any(form.search(value) for kind, _, form in _KINDS if kind != "who"))
    return ("" if other else value), message and named and bool(detail)


def _called(word: str) -> tuple[str, ...]:
    return (word, "where", "place", "location") if word in _PLACES else (word,)
