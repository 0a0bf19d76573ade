"""Checks on a proposal, cheapest first, and what they add up to."""
