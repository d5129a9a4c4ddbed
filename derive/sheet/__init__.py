"""Floor 5: problem sheets and solution sheets, with variants."""
