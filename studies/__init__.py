"""Studies: does the score find who truly suits, and does silence pay? Full tables with seeds."""
