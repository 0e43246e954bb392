"""The live page: fields to move, and answers that follow; of any model that brings a `Part`."""
