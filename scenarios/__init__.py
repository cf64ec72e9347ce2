"""What-if scenarios: edits of a batch, compared by their plans."""
