"""The loop of a run: what each node does, and the LangGraph wiring that checkpoints between them.

Knows nothing of YAML or of the command line.
"""
