"""Guesses at what an answer goes on with: from what slot filling thinks of it, else from the request's own words.

Knows nothing of models. Arguments are often copied from the request, and a choice among few is often named in it. A
guess rides in a forward pass that is due anyway, and stands only where the model, asked after the mask, decides the
same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import cast

from agentkit.models.filling import Filling, FillingReader
from agentkit.models.guess import NOTHING, Guess, Option, follow, pays
from agentkit.models.likely import Likely
from agentkit.models.said import Said
from agentkit.models.vocabulary import Vocabulary
from agentkit.models.walk import Walk
from agentkit.propose.tracking import Tracker

_MOST, _ALL = 8, 24
_WORDS = 96
_CONTEXT = 32
_BREAK = b"\x00"
_LAST_WORD = re.compile(rb"[\w\x80-\xff]+$")
_OPENS = re.compile(rb"[\"':>=(] ?$")
_NAME = re.compile(rb"[\w\x80-\xff]*")
_WORD = re.compile(rb"[0-9]+|[A-Za-z\x80-\xff]+")
_CALL, _REST, _NAMED, _ENDS, _MORE, _LEFT = 0.9, 0.65, 0.75, 0.75, 0.5, 0.35
_COPY, _COPY_LEAST, _COPY_MOST = 0.75, 0.6, 0.92


class Drafts:
    """Guesses for one answer from the tokens of one prompt.

    `said` is what the user said last, where nothing was said since; `usual` are the tokens that a call begins with,
    `opening` is what stands before its tool's name, `likely` are the tools that the request seems to name. `alone`:
    reading so many tokens along costs as much as what a pass costs beside its tokens. What is likely to be read for
    nothing is not tried. `filling` knows of arguments, with what makes the trackers that it asks for.
    """

    def __init__(
        self,
        ids: Sequence[int],
        vocabulary: Vocabulary,
        *,
        said: str = "",
        usual: Sequence[int] = (),
        opening: bytes = b"",
        likely: Likely | None = None,
        alone: float = 6.0,
        filling: tuple[Filling, Callable[[], Tracker]] | None = None,
    ) -> None:
        self._ids, self._vocabulary, self._usual = ids, vocabulary, list(usual)
        self._likely, self._alone, self._copy = likely or Likely(), alone, _COPY
        self._said, self._filling = Said(said), filling
        pieces, skipped = vocabulary.pieces, vocabulary.special | vocabulary.ends
        self._opening, self._usual_size = opening, sum([len(pieces[token]) for token in usual])
        texts = [_BREAK if token in skipped else pieces[token] for token in ids]
        self._text = b"".join(texts)
        self._said_at = self._text.rfind(said.encode()) if said else -1
        self._token_at = {end: at for at, end in enumerate(accumulate(map(len, texts), initial=0))}

    def learn(self, guess: Guess, stood: int) -> None:
        """How many tokens of a guess stood: copies become likelier, or less likely."""
        for end in guess.copies:
            if stood < end:
                self._copy = _COPY_LEAST
                break
            self._copy = min(_COPY_MOST, (1.0 + self._copy) / 2.0)

    def guess(self, walk: Walk, tokens: Sequence[int], room: int) -> Guess:
        """What may follow an answer of these tokens at this point of the grammar; at most `room` tokens."""
        walk, made, most, chance = walk.fork(), Guess(), min(room, _ALL), 1.0
        text = b"".join([self._vocabulary.pieces[token] for token in tokens])
        reader, closing = self._reader(text), False
        while len(made.tokens) < most and pays(chance, self._alone, 1):
            written = [*tokens, *made.tokens]
            for option in (self._closed(walk, text),) if closing else self._options(walk, written, text, reader):
                steps, chance = follow(walk, option, chance, most - len(made.tokens), self._alone)
                if steps:
                    break
            else:
                break
            for step in steps:
                made.tokens.extend(step)
                made.rows.append(len(made.tokens))
                added = b"".join([self._vocabulary.pieces[token] for token in step])
                text += added
                if reader is not None:
                    reader.feed(added)
            if option.copied:
                made.copies.append(len(made.tokens))
            closing = option.copied
            if sum(map(len, steps)) < len(option.tokens) or (option.copied and not option.ends):
                break
        return made

    def _reader(self, text: bytes) -> FillingReader | None:
        """What reads the answer on for slot filling, where there is any."""
        if self._filling is None:
            return None
        filling, tracker = self._filling
        return FillingReader(filling, tracker(), self._vocabulary, text)

    def _options(self, walk: Walk, tokens: list[int], text: bytes, reader: FillingReader | None) -> Iterator[Option]:
        """What may follow, the likeliest first; inside a text a copy is likelier than a name, and cheaper to find.

        Where slot filling knows something, that alone: it has read the request too.
        """
        following = reader.following(_ALL) if reader else None
        if following:
            yield Option([token for token, _ in following], each=tuple([p for _, p in following]))
            return
        structure = walk.structure
        if structure:
            yield self._next(walk, tokens, text)
        yield self._value(walk, text) if _OPENS.search(text) else self._copied(walk, text)
        if not structure:
            yield self._next(walk, tokens, text)

    def _next(self, walk: Walk, tokens: list[int], text: bytes) -> Option:
        """What the structure of a call suggests."""
        if len(tokens) < len(self._usual) and tokens == self._usual[: len(tokens)]:
            return Option(self._usual[len(tokens) :], _CALL)
        ahead = walk.ahead().rstrip(b" ")
        named = self._tool(walk, text) or self._named(walk, text)
        if named is not None:
            return named
        if ahead:
            return NOTHING if _LAST_WORD.search(ahead) else Option(self._vocabulary.tokens(ahead))
        return self._further(walk, text)

    def _tool(self, walk: Walk, text: bytes) -> Option | None:
        """The likely tool where its name is due, or the rest of the likeliest that begins as the answer does."""
        lead = walk.ahead()
        if not self._names or not self._opening or not (text + lead).startswith(self._opening):
            return None
        written, chosen = (text + lead)[len(self._opening) :], len(text) > self._usual_size
        if b'"' in written:
            return None
        for name in self._names if chosen else self._names[: bool(self._likely.p)]:
            if name.startswith(written) and name != written:
                return Option(self._vocabulary.tokens(lead + name[len(written) :]), _REST if chosen else self._likely.p)
        return NOTHING

    def _value(self, walk: Walk, text: bytes) -> Option:
        """Where a free text begins: the words of the request that may be it."""
        lead = walk.ahead()
        if lead.rstrip(b" ") or walk.few():
            return NOTHING
        phrase = self._said.value(text)
        if phrase is None:
            return NOTHING
        tokens = self._vocabulary.tokens(lead + phrase.text)
        return Option(tokens[:_MOST], phrase.p, self._copy, copied=True, ends=phrase.ends and len(tokens) <= _MOST)

    def _closed(self, walk: Walk, text: bytes) -> Option:
        """The end of a text, and what the grammar dictates after it."""
        after = self._after(walk, self._vocabulary.tokens(b'"'))
        if after is None or after.stopped:
            return NOTHING
        ahead = after.ahead()
        if ahead:
            return Option(self._vocabulary.tokens(b'"' + ahead.rstrip(b" ")), _ENDS)
        more = self._further(after, text, b'"')
        return Option(more.tokens, _ENDS * more.p)

    def _further(self, walk: Walk, text: bytes, lead: bytes = b"") -> Option:
        """Another argument, where one may follow or not and the request has words left for it."""
        after = self._after(walk, self._vocabulary.tokens(b",")) if walk.few() else None
        ahead = after.ahead() if after is not None else b""
        left = self._said.value(text + b"," + ahead) if len(ahead) > 1 else None
        if left is None or left.p < _LEFT:
            return NOTHING
        return Option(self._vocabulary.tokens(lead + b"," + ahead.rstrip(b" ")), _MORE)

    def _copied(self, walk: Walk, text: bytes) -> Option:
        """What follows in the prompt where it reads like the end of the answer, from the start of a word on."""
        place = max(self._places(text), key=lambda at: self._context(text, at), default=-1)
        if place < 0:
            return NOTHING
        start = place
        while start not in self._token_at and start < len(self._text):
            start += 1
        at, ends, last = self._token_at[start], False, len(self._text)
        phrase = self._said.rest(place - self._said_at) if 0 <= self._said_at <= place else None
        if phrase is not None and not phrase.text:
            return self._closed(walk, text)
        if phrase is not None:
            last, ends = self._text.find(phrase.text, place) + len(phrase.text), phrase.ends
        found = list(self._vocabulary.tokens(self._text[place:start])) if start > place else list[int]()
        for token in self._ids[at:]:
            start += len(self._vocabulary.pieces[token])
            if start > last or len(found) == _MOST or token in self._vocabulary.special:
                ends = ends and start > last
                break
            found.append(token)
        return Option(found, self._copy, self._copy, copied=True, ends=ends)

    def _places(self, text: bytes) -> Iterator[int]:
        """Where in the prompt a word ends, or goes on, that the answer ends with."""
        word = _LAST_WORD.search(text)
        end = word.group() if word else text[-3:]
        at = self._text.find(end) if word or len(end) == 3 else -1
        while at >= 0:
            if not word or not at or not _LAST_WORD.match(self._text[at - 1 : at]):
                yield at + len(end)
            at = self._text.find(end, at + 1)

    def _context(self, text: bytes, place: int) -> int:
        """How many bytes before a place in the prompt are those that the answer ends with."""
        most = min(_CONTEXT, place, len(text))
        return next((n for n in range(most) if text[-1 - n] != self._text[place - 1 - n]), most)

    def _named(self, walk: Walk, text: bytes) -> Option | None:
        """Where few tokens are legal: a word of the request that is legal as a whole and not in the answer yet."""
        lead = walk.ahead()
        after = self._after(walk, self._vocabulary.tokens(lead.rstrip(b" "))) if lead.rstrip(b" ") else walk
        if after is None or not after.few():
            return None
        inner, starts = after.ahead(), tuple(self._starts(after))
        for word in self._words:
            if (inner + word).startswith(starts) and word not in text:
                tokens = self._vocabulary.tokens(lead + word)
                if self._ends(self._after(walk, tokens)):
                    return Option(tokens, _NAMED)
        return None

    def _after(self, walk: Walk, tokens: list[int]) -> Walk | None:
        """Where the tokens lead; None where they are not legal."""
        if walk.admits(tokens) < len(tokens):
            return None
        walk = walk.fork()
        for token in tokens:
            walk.take(token)
        return walk

    def _ends(self, walk: Walk | None) -> bool:
        """Whether a word can end here; of a name that goes on, the rest must be in the request too."""
        if walk is None or walk.stopped:
            return walk is not None
        ahead = walk.ahead()
        if ahead[:1].isalnum():
            return False
        if ahead:
            return all(word in self._words for word in _WORD.findall(_NAME.findall(ahead)[0]))
        return not walk.few() or not all(piece[:1].isalnum() for piece in self._starts(walk))

    def _starts(self, walk: Walk) -> list[bytes]:
        """What the next token may read like."""
        legal = cast("list[int]", walk.legal().ids.tolist())
        return [piece for piece in map(self._vocabulary.pieces.__getitem__, legal) if piece]

    @cached_property
    def _names(self) -> list[bytes]:
        """The tools, the likeliest first."""
        return [name.encode() for name in self._likely.names]

    @cached_property
    def _words(self) -> list[bytes]:
        """The last words of the prompt, in order, also as they read without capitals."""
        found = _WORD.findall(self._text)[-_WORDS:]
        return list(dict.fromkeys(one for word in found for one in (word, word.lower())))
