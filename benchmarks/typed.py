"""Ten requests for each tool pack, typed by hand before any output was seen, and what the model in the box answers.

    python benchmarks/typed.py [--model FILE] [--markdown]

Every request goes through a whole agent, one step, offline: four tools shown (on the phone all that fit the screen),
the checks and the policy on. The last column says how the run ended; whether a call is right is for a person to judge.
"""

from __future__ import annotations

import argparse
import json

from agentkit import Agent
from agentkit.graph.session import Options
from agentkit.types import Run

REQUESTS: dict[str, tuple[str, ...]] = {
    "assistant": (
        "wake me up at 6:30 tomorrow",
        "set a timer for 10 minutes",
        "tell Mom I'm going to be late for dinner",
        "what's Ben's number?",
        "will it rain in Oslo tomorrow",
        "put on some Miles Davis",
        "dentist appointment on Friday at 14:15, put it in my calendar",
        "open the bluetooth settings",
        "call 0171 555 0199",
        "how tall is the Eiffel tower? look it up",
    ),
    "calc": (
        "what is 17 times 23",
        "1250 / 8",
        "how much is 15% of 80",
        "square root of 1764",
        "convert 26 miles to km",
        "70 kg in pounds",
        "how many inches are 180 cm",
        "what's 98.6 fahrenheit in celsius",
        "add 12.5, 7.25 and 100",
        "write a poem about numbers",
    ),
    "clock": (
        "what time is it",
        "wake me at 7",
        "alarm at 5:45 am every weekday",
        "which alarms are set?",
        "timer for 25 minutes",
        "set a tea timer, 4 minutes",
        "how many days from 2026-11-21 to 2026-12-24?",
        "what date is 90 days after 2026-01-15",
        "set an alarm for quarter past nine",
        "play some music",
    ),
    "contacts": (
        "what is Ada's phone number",
        "find Ben",
        "add Lena Brandt, 030 901820",
        "save +49 151 2345678 as Oma",
        "Ben has a new number, 555 0142",
        "do I know somebody called Chen",
        "change Ada's number to 020 7946 0099",
        "who is Okafor",
        "new contact: Pizza Roma 089 123456",
        "delete everything",
    ),
    "files": (
        "what files are there",
        "show me README.md",
        "where does the word licence occur",
        "read the first 20 lines of notes.txt",
        "open todo.txt",
        "search for TODO in the files",
        "list everything in the folder",
        "what's in config.yaml",
        "which file mentions Berlin",
        "send the file to Bob",
    ),
    "messages": (
        "text Ada that I'm on my way",
        "tell Ben the meeting moved to 3",
        "send Chen a message: happy birthday!",
        "write Ada: can you pick up the kids?",
        "what did I send today",
        "message Ben ok",
        "let Chen know the train is late",
        "show my sent messages",
        "text Ben and ask whether he has the keys",
        "read me the news",
    ),
    "notes": (
        "make a note called groceries: milk, eggs and bread",
        "new note ideas: a bike with a roof",
        "list my notes",
        "do I have a note about the holidays",
        "note to self: the wifi password is on the fridge",
        "take a note called gate code with the text 4711",
        "which notes are there?",
        "search my notes for recipe",
        "write down call the plumber under house",
        "what's the weather",
    ),
    "phone": (
        "set an alarm for 6:45",
        "start a 12 minute timer",
        "turn on airplane mode",
        "switch the dark theme off",
        "take a picture",
        "make a note called Menu saying soup, salad, plum cake",
        "add Wanda Holm with the number +44 700 900123",
        "wifi off please",
        "timer for 90 seconds",
        "book me a flight to Rome",
    ),
}


def answer(run: Run) -> str:
    """What the model wanted, as one line."""
    calls = [call for step in run.steps for call in step.proposal.calls]
    shown = "; ".join(f"{call.name}({json.dumps(dict(call.arguments), ensure_ascii=False)[1:-1]})" for call in calls)
    return shown or run.answer or f"({run.status})"


def options(pack: str) -> Options:
    """As the agents have them that ship: one request, one action."""
    return Options(loop="single_turn", top_k=None if pack == "phone" else 4, clock=pack != "phone")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--markdown", action="store_true")
    chosen = parser.parse_args()
    for pack, requests in REQUESTS.items():
        print(f"\n**{pack}**\n\n| request | answer | then |\n|---|---|---|" if chosen.markdown else f"\n{pack}")
        for request in requests:
            with Agent(
                tools=[pack],
                model=chosen.model,
                store=False,
                offline=True,
                options=options(pack),
            ) as agent:
                run = agent.run(request)
            row = (request, answer(run), run.status)
            print("| " + " | ".join(row) + " |" if chosen.markdown else "  {:45} {} [{}]".format(*row))


if __name__ == "__main__":
    main()
