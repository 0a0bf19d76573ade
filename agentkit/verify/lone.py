"""Values of one short word: a function word is none, a code stands for what it means.

Reads English. Knows nothing of how longer texts are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agentkit.types import CheckStatus
from agentkit.verify.codes import CODES
from agentkit.verify.derivation import Argument, Origin
from agentkit.verify.sources import Source
from agentkit.words import LONE_WORDS, PARTICLES, REFERRING, fold, stem

_STATE = re.compile(r"stat(?:e|us)|mode|power|switch|toggle|direction|side|way|position|action|setting|enabled|on.?off")


def function_word(argument: Argument, value: str, listed: Sequence[Source]) -> Origin | None:
    """Why a lone function word is no value: it is in almost every request.

    One that is quoted, in capitals or a code is, and so is a particle where the argument is a state or a direction. A
    word that refers to somebody or somewhere (`me`, `here`), or is written as a name (`The`), leaves it open.
    """
    word = fold(value)
    if word not in LONE_WORDS and word not in PARTICLES:
        return None
    if any(_set_apart(value, source) for source in listed) or any(True for _ in coded(value, listed)):
        return None
    if word in PARTICLES and _STATE.search(argument.hint.casefold()):
        return None
    named = value[:1].isupper() and any(re.search(rf"\w,? {re.escape(value)}\b", source.text) for source in listed)
    status = CheckStatus.UNSURE if word in REFERRING or named else CheckStatus.FAIL
    return Origin(0.4 if status is CheckStatus.UNSURE else 0.0, "is only a function word of the request", status)


def _set_apart(word: str, source: Source) -> bool:
    """Whether a text quotes a word, or writes it in capitals where the rest is not."""
    if re.search(rf"[\"'“‘«]{re.escape(word)}[\"'”’»]", source.text, re.IGNORECASE):
        return True
    return (
        len(word) > 1 and word.isupper() and not source.text.isupper() and bool(re.search(rf"\b{word}\b", source.text))
    )


def coded(text: str, listed: Sequence[Source]) -> Iterator[tuple[Source, str]]:
    """Sources that name what a code stands for: `fr` for French, `EUR` for euros, `km` for kilometres."""
    meanings = CODES.get(fold(text).strip(), ())
    for source in listed:
        if any(stem(meaning) in source.stems or f" {meaning} " in source.spaced for meaning in meanings):
            yield source, "as a code"
