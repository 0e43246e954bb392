"""The paper's statements, and some it does not make, tested on simulations."""
