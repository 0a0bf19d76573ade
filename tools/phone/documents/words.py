"""Words of requests and labels: stems, words that say nothing, words that stand for one another, words of no return.

The lists are of everyday English and of what apps call things. They were grown while errors on training and development
tasks were read, so the guide's figures there flatter it; the test tasks were never looked at.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[+−×÷=]")
_LAST = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly", "e", "y")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP = _listed(
    """a an and any are as at be been by can could did do does every for from get give had has have he her his how i if
    in into is it its let me my no not now of off on one or our out please say she should so some still tell than
    that the their them then there they this to up want was we what when where which who whose will with would you your
    need needs longer more called named titled"""
)
VERBS = _listed(
    """add archive ask begin cancel change check clear connect copy correct create delete discard edit empty end erase
    find forget forward look make mark move new open pause pin play put read remove rename replace reply save schedule
    search send set share show start stop switch take text turn unmark unpin update wipe write"""
)
COMMANDS = _listed(
    """abandon accept adjust alter append apply arrange assign attach block bring bump carry choose clean collect
    compute confirm contact convert convey crop cross cut deactivate decline decrease deduct describe destroy detach
    determine dim discard disconnect dismiss divide drag drop dump duplicate eliminate enlarge ensure establish
    exchange execute expand explain export extend extract fetch figure fill finish fix flip form free get give
    grab halt hand have hide hold identify import include increase inform insert inspect install introduce invite
    jot kill launch leave lend let list load locate lock log lower lift mention merge modify name navigate note
    notify obtain organise organize photograph pick postpone prepare press print pull purge push quit raise
    rearrange record redial reduce refresh register reinstate relabel remember remind repeat reposition resend
    reset restart restore resume retitle retrieve retry return revert rid rotate rub scan scrap scribble shift
    shoot shorten shut sign silence skip snooze sort speak stick store strike strip submit swap swipe tag tap
    terminate tick toggle toss trade transfer translate trash trim try type unarchive unblock uncheck undo
    unfollow unhide unlike unlock unmute unpin unstar upload download vacate verify view visit wait watch weigh
    withdraw wrap zoom"""
)
"""Verbs of English with which an order may begin, beside those that apps use: a capital there makes none a name."""
_NO_RETURN = _listed(
    """buy call clear delete dial discard empty erase format install order pay post purchase remove reset restore send
    share submit uninstall unsubscribe wipe"""
)
_OPENS = _listed("add create edit find look new open search show")
_SAME = """
delete remove erase wipe bin trash drop clear empty forget discard gone
photo picture image snap shot
photo gallery picture image album
camera snap shoot take
email mail e-mail
message text sms
message respond reply write
conversation chat thread
call phone ring dial
send forward pass share
add new create make
alarm wake
timer countdown
stopwatch timing lap
calendar event appointment schedule meeting agenda diary entry
remind reminder
song music track listen hear tune
music play
note notes memo
edit change update move rename correct replace
rename name title label
minute min
hour h
second sec s
play start begin run
stop pause halt end hold
favourite favorite star
like heart
reply answer respond
archive away
mute silence quiet unmute
brightness bright brighter dim
volume loud louder
browser browse browsing web site website page internet
history visited recent recents
calculator plus minus times divided multiply multiplied divide subtract sum
contact people person
wifi network internet
airplane flight
dark night
folder directory
direction navigate route
copy clipboard
video clip film record
last latest newest recent
unfavourite favourite
length long minute duration
pin top
join connect network
work company employer
sound volume loud louder
energy battery power
bookmark favourite
contact address
save keep store add
tick done complete finish
duplicate clone twice copy
share send pass hand give
""".strip().splitlines()


def stem(word: str) -> str:
    """A word without its ending; not linguistics, but the same on both sides."""
    for last in _LAST:
        if word.endswith(last) and len(word) - len(last) >= 3:
            word = word.removesuffix(last)
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


VERB_STEMS = frozenset(stem(word) for word in VERBS)


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """The stems of a text in its order, without the words that say nothing."""
    words = (word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(text.lower().replace("-", "")))
    return tuple(stem(word) for word in words if word not in STOP)


def _akin() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in _SAME:
        group = frozenset(s for word in row.split() for s in stems(word))
        for each in group:
            found[each] = found.get(each, frozenset()) | group
    return found


_AKIN = _akin()


def akin(word: str) -> frozenset[str]:
    """The stems that may be meant by a stem, itself left out."""
    return _AKIN.get(word, frozenset()) - {word}


def changes(label: str) -> bool:
    """Whether a label may change something when it is tapped: it begins with a verb that opens no form."""
    first, _, rest = label.lower().partition(" ")
    return irreversible(label) or (first in VERBS - _OPENS) or (first == "add" and rest.startswith("to "))


def irreversible(label: str) -> bool:
    """Whether a label names something that cannot be taken back, or that others notice."""
    return any(word in _NO_RETURN for word in label.lower().split())


_TURNS = """
play pause
start stop pause
resume pause stop
begin end
show hide
follow unfollow
open close
lock unlock
connect disconnect
enable disable
activate deactivate
expand collapse
on off
join leave
increase decrease
raise lower
check uncheck
select deselect
archive restore
subscribe unsubscribe
accept decline
allow block
hold resume
record stop
""".strip().splitlines()
_OPPOSED = frozenset(frozenset((row.split()[0], other)) for row in _TURNS for other in row.split()[1:])
"""First words of buttons that take turns at one place."""


def takes_turns(one: str, other: str) -> bool:
    """Whether two labels begin with words of which one undoes the other, about the same: `Play` and `Pause`."""
    a, b = one.lower().split(), other.lower().split()
    return bool(a and b) and frozenset((a[0], b[0])) in _OPPOSED and (a[1:] == b[1:] or not a[1:] or not b[1:])


def asks_back(request: str, label: str, done: str) -> bool:
    """Whether a request has a word for what a button does that takes back another: `stop`, `pause` for `Stop`."""
    own, other = (each.lower().split() for each in (label, done))
    turns = {word for pair in _OPPOSED if own[0] in pair for word in pair} - {own[0]} if own else set[str]()
    side = {word for pair in _OPPOSED if pair & turns for word in pair} - turns
    plain = {word.removeprefix("un") for word in other}  # who no longer likes says `like` as well
    words = {word for word in own if word not in other and word.removeprefix("un") not in plain} | side
    said = {*_WORD.findall(request.lower()), *stems(request)}
    return any(word in said or stem(word) in said for word in words)


def opposite(one: str, other: str) -> bool:
    """Whether two labels say the opposite of one another: `Like` and `Unlike`, `Add star` and `Remove star`."""
    a, b = one.lower().split(), other.lower().split()
    if not a or not b or a == b:
        return False
    if any({x, y} == {x, f"un{x}"} or {x, y} == {y, f"un{y}"} for x in a for y in b):
        return True
    if takes_turns(one, other):
        return True
    return {a[0], b[0]} == {"add", "remove"} or (a[0] == b[0] == "mark" and len(a) == len(b))
