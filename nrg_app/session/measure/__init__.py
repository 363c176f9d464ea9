"""Measurements as jobs of a process of their own: orders, results, progress, and what is plotted.

torch is loaded by the worker alone; everything else here is plain data.
"""
