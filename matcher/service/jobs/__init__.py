"""Durable jobs: the queue, the workers, one child process per solve."""
