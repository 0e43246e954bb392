"""The one door to numba: options, cache, vectors and random numbers of compiled code."""
