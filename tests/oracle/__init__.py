"""Independent oracle of the model in plain Python, sharing no code with the engine."""
