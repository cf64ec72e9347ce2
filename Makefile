# make demo | test | quick | reliability | wheel | clean. Windows without make: make.bat demo
PYTHON ?= python3
BIN := .venv/bin
LOCKED := .venv/.locked
INSTALLED := .venv/.installed
KERNELS := $(wildcard matcher/solver/*.py matcher/order/*.py)
COMPILED := matcher/solver/__pycache__/.compiled
SOURCES := pyproject.toml README.md LICENSE NOTICE \
	$(shell find matcher scenarios benchmarks -type f ! -path '*/__pycache__/*')

.PHONY: demo test quick lint reliability wheel clean
.DELETE_ON_ERROR:

demo: $(INSTALLED)
	$(BIN)/matcher demo -o out/demo $(DEMO)

# What is tested is the wheel: the checkout is kept off the import path (tests/conftest.py makes sure).
test: $(INSTALLED) lint
	MATCHER_WHEEL=1 PYTHONSAFEPATH=1 $(BIN)/python -m pytest --import-mode=importlib -n auto $(PYTEST_ARGS)

# While working: the checkout itself, without the slow tests.
quick: $(COMPILED) lint
	$(BIN)/python -m pytest -x -n auto -m "not slow" $(PYTEST_ARGS)

# The service killed, overloaded and fed nonsense, for half an hour; CI has the short form.
reliability: $(COMPILED)
	$(BIN)/python -m benchmarks reliability --out benchmarks/results/reliability.json

lint: $(LOCKED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wheel: $(INSTALLED)

$(INSTALLED): $(LOCKED) $(SOURCES)
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m pip install --quiet --no-deps --force-reinstall dist/*.whl
	$(BIN)/matcher doctor
	touch $@

$(COMPILED): $(LOCKED) $(KERNELS)
	$(BIN)/python -m matcher doctor
	touch $@

$(LOCKED): requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

clean:
	rm -rf .venv dist out matcher/solver/__pycache__
