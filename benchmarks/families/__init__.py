"""Families of instances: each module reads one into cases."""
