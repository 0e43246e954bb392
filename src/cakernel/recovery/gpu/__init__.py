"""The recovery model on a graphics card: the CPU's step on words of 32 lanes, a thread a firm."""
