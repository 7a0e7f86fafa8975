# Two commands matter: `make run` and `make test`. Each installs what it needs into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps

.PHONY: check format test test-long install lock clean messages

$(BIN)/python:
	$(PYTHON) -m venv .venv
	mkdir -p $(STAMPS)

$(STAMPS)/test: $(BIN)/python requirements/test.txt pyproject.toml
	mkdir -p $(STAMPS)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	touch $@

install: $(STAMPS)/test

check: $(STAMPS)/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMPS)/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(STAMPS)/test
	$(BIN)/pytest -m "not long"

test-long: $(STAMPS)/test
	$(BIN)/pytest

# The lock files carry hashes and name no place to fetch from.
LOCK := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal --python-version 3.11
lock:
	$(BIN)/pip install --quiet uv
	$(BIN)/$(LOCK) requirements/test.in -o requirements/test.txt
	$(BIN)/$(LOCK) -c requirements/test.txt requirements/core.in -o requirements/core.txt

clean:
	rm -rf .venv node_modules build *.egg-info weiguang/web/static/build
