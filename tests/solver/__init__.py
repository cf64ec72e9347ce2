"""Tests of the solver's parts."""
