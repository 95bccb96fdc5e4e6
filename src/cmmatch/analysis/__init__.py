"""Questions to a finished result: why this one, why not that one, why nobody."""
