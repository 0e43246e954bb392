"""The fast kernel: hundreds of replications side by side, on bits."""
