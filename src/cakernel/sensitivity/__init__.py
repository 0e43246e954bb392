"""What a sweep says: which axes matter, when each policy wins, where the best one changes."""
