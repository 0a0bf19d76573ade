"""How well a model proposes calls: suites, matching rules, scores with intervals. Knows nothing of the command line."""
