"""Competing supply chains on a platform that shares cyber threat intelligence: coopetition.

The model is called coopetition everywhere but on the command line: `cakernel ctip` and the pictures
``ctip``, ``ctip-claims`` and ``ctip-where`` bear the name of what they are about, a cyber threat
intelligence platform (CTIP). ``docs/coopetition.md`` describes the model.
"""

import lazy_loader

# what there is stands in __init__.pyi, and is imported when it is asked for
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
