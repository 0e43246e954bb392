"""The recovery model on a graphics card."""
