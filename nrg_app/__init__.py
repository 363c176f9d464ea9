"""NRG: neural renormalization group of the two-dimensional Ising model."""

__version__ = "0.1.0"
