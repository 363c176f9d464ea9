"""The Holography workspace: the latents as a bulk whose boundary is the lattice."""
