"""Claims by the million: JSON lines in, a verdict a line out, in their order."""
