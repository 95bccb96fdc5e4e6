"""The scorer: components, hard rules, and where the exact score of any pair comes from."""
