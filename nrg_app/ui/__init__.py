"""The window: everything that touches Qt. It computes no physics and never imports torch."""
