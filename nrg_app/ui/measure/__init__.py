"""The Measure workspace: scans in temperature, finite-size scaling, Monte Carlo RG, samplers."""
