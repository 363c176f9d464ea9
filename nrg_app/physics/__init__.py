"""The two-dimensional Ising model: lattice, exact results, Monte Carlo and observables.

Units everywhere: Boltzmann's constant and the coupling are one, ``k_B = J = 1``.
"""
