"""Networks of firms that differ: the same model where a chain is no rectangle.

`network` holds the description, checked when it is made; `columns` says what its tables have,
`tables` reads them. A grid is one network.
"""
