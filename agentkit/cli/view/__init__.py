"""What a person sees of a run: words for its values, a tally of its numbers, lines as it goes, a summary at the end.

Knows nothing of how runs are made; it consumes `agentkit.events`.
"""

from agentkit.cli.view.screen import View
from agentkit.cli.view.summary import print_summary, print_tasks
from agentkit.cli.view.tally import Outcome, Tally

__all__ = ["Outcome", "Tally", "View", "print_summary", "print_tasks"]
