from tests.service.store.databases import clock as clock
from tests.service.store.databases import postgresql_store as postgresql_store
from tests.service.store.databases import sqlite_store as sqlite_store
from tests.service.store.databases import store as store
from tests.service.store.databases import url as url
