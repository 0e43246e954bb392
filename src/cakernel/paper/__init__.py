"""The tables of Chen and Chang (2021) and how simulated results stand beside them.

The printed figures live in ``data/`` exactly as printed, misprints included; nothing in this
subpackage is simulated, and nothing in it imports the rest of cakernel.
"""
