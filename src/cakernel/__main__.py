"""`python -m cakernel` is `cakernel`."""

from cakernel.cli import main

main()
