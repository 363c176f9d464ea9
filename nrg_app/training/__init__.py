"""Training: the objective, the recipe and the trainer as a stream of events."""
