"""Hierarchical bijections of latents and fields on a torus; no Hamiltonian is known here."""
