"""The reproduction of Chen and Chang (2021): their tables and claims beside simulated results.

Here and in `claims` it is computed what the paper prints, how near simulated results come and
which rules are best; `tables` and `scorecard_tables` describe the tables, `terminal`, `report` and
`pictures` show them. What the paper prints lies in ``data/`` exactly as printed, misprints
included; `printed_rules` holds the rules that some printed rows follow against the paper's Table 1.
Nothing in this package simulates but its commands, `printed_rules` and `claims.settings`.
"""

import lazy_loader

# what there is stands in __init__.pyi, and is imported when it is asked for
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
