"""From a request to a prompt, a grammar and a reading of the answer; the engines in `agentkit.models` run them.

Knows nothing of weights, forward passes, or of what happens to a proposal.
"""
