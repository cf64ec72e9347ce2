"""One request against a plan in force: the best offers in a moment, without solving anew."""

from matcher.insertion.offer import Offer
from matcher.insertion.standing import Standing

__all__ = ["Offer", "Standing"]
