"""Benchmarks of the dispatcher: made batches, public instances, and the runner."""
