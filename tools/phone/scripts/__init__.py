"""Scripts: a run that succeeded, compiled to typed steps with preconditions, so that its like runs without a model."""
