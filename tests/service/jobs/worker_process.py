"""A program with one worker, that is killed."""

import sys
import time

from matcher.service.jobs import worker
from matcher.service.store.engine import Store
from tests.service.jobs.limits import FAKE, FewLimits

worker.BEAT_SECONDS = 0.1
worker.Workers(Store(sys.argv[1]), FewLimits(), command=FAKE).start()
time.sleep(120)
