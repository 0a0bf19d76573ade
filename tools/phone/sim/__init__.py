"""The simulated phone: apps as pure functions of one typed device state; no real device, and never called one."""
