"""Other programs that are given the same batches."""
