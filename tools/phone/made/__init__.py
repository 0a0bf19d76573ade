"""Apps that nobody has, for training: invented by seed, worked on the simulated phone, with tasks and their paths."""
