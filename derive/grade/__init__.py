"""Floor 5: submissions and marks."""
