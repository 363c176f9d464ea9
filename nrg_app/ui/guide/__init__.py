"""What explains the window: the tour of the first start and the slow motion of a sample."""
