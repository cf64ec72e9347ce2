"""A program that has a question answered, and is killed."""

import time

from matcher.service.jobs.answering import Answerers
from tests.service.jobs.limits import FAKE

answerers = Answerers(FAKE, 1000)
answerers.start()
answerers.ask("deaf", b"60", 60)
time.sleep(120)
