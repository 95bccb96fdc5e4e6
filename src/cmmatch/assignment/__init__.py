"""The solver: candidates, constraints and ordered objectives in; a verified result out."""
