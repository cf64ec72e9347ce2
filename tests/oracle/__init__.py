"""Two exact oracles for tiny batches, written from docs/problem.md alone, and a generator of such batches."""
