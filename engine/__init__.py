"""The separate process: decides when each message leaves and writes back what became of it."""
