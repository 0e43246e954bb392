"""The door to the graphics card: whether one answers."""


def device_missing() -> str:
    """Return why no card can be used, in one line; "" where one answers."""
    return "this version of cakernel has no code for graphics cards"
