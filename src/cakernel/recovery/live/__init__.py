"""The recovery model's part of the live page."""
