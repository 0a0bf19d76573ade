"""Slot filling: which words of a request belong to which argument of a tool."""
