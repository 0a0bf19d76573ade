"""An agent inside a program: two typed tools, a typed result, the model in the box. Nothing leaves the machine."""

from pydantic import BaseModel

from agentkit import Agent, tool


class Weather(BaseModel):
    city: str
    celsius: int


@tool
def get_weather(city: str) -> Weather:
    """Look up the weather of a city."""
    return Weather(city=city, celsius=9)


@tool(effect="write")
def play_music(track: str) -> str:
    """Play a track."""
    return f"playing {track}"


agent = Agent([get_weather, play_music], output=Weather)
weather = agent.typed(agent.run("what is the weather in Paris"))
print(f"{weather.celsius} °C in {weather.city}")
