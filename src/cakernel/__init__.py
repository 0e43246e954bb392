"""Simulate how supply-chain firms recover from supply and cyber disruptions.

The model is that of Chen and Chang (2021), doi 10.1016/j.tre.2021.102347.
"""

import lazy_loader

__version__ = "0.1.0"

# what there is stands in __init__.pyi, and is imported when it is asked for
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
