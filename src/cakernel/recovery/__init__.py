"""The recovery model of Chen and Chang (2021).

A run is described by `model`, `policy` with its `rules`, and `scenario`, or by a file
(`input_files`) that holds them all. `kernel_arrays` turns descriptions into numbers, `engine` calls
the `kernel`, and `outcomes` makes tables; `simulation` holds the functions that a user calls.
"""
