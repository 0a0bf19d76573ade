"""A small fitted scorer of phone steps: how likely each thing that can be done next is the right one."""
