"""What samples say: importance weights, estimates and their errors."""
