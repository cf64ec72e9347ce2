"""A made-up day of a real county, to show and to measure with."""

from matcher.demo.county import county_day as county_day
