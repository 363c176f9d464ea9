"""The document that the window shows, and the sampler worker that serves it."""
