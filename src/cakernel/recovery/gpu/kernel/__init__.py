"""What runs on a card: kernels, the programs of a thread, and how work is laid out for them."""
