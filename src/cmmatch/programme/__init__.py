"""What the organisation hands in, read as text, checked and frozen."""
