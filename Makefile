# Everything here creates what it needs: a virtual environment in .venv with the locked dependencies.
# `make PYTHON=python3.13 demo` takes another Python; pip obeys your own configuration.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
LOCK := $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
# The tests wait a third of their time, for clocks and browsers.
WORKERS := $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
COMPILED := $(patsubst %.po,%.mo,$(wildcard bot/locales/*/LC_MESSAGES/*.po))

.PHONY: help install demo run test check bench format messages extract update compile catalogue docs lock clean

help:
	@echo "make demo      play: SQLite, play money, a seeded cast (http://localhost:8080)"
	@echo "make run       run the bot with config.toml"
	@echo "make install   only make the environment that the bot runs in"
	@echo "make test      run the tests"
	@echo "make check     format, lint, types and who may import whom"
	@echo "make bench     measure"
	@echo "make format    put the code in shape"
	@echo "make messages  bring the catalogues up to date with the code: extract, update and compile, each a target too"
	@echo "make catalogue CODE=pt_BR  begin a new language, see docs/translating.md"
	@echo "make docs      draw a booking's life anew, from its table of moves"
	@echo "make lock      resolve the dependencies anew (make lock UPGRADE=1: to their newest versions)"
	@echo "make clean     remove what the above have made, but for your data in var/"

demo: install
	$(PY) -m bot demo $(ARGS)

install: $(VENV)/.runtime $(COMPILED)

run: install
	$(PY) -m bot run $(ARGS)

test: $(VENV)/.dev $(COMPILED)
	env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev $(COMPILED)
	$(PY) -m bench $(ARGS)

format: $(VENV)/.dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

messages: $(VENV)/.dev
	$(PY) -m bot.messages extract update compile

catalogue: $(VENV)/.dev
	$(PY) -m bot.messages begin:$(CODE)

docs: install
	$(PY) -m bot.diagram

extract update compile: $(VENV)/.dev
	$(PY) -m bot.messages $@

# What gettext reads, made anew where a translator has been at the catalogue since.
%.mo: %.po | $(VENV)/.runtime
	$(PY) -m bot.messages compile

lock: $(VENV)/.dev
	$(INSTALL) uv
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra dev --output-file requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt --output-file requirements.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f bot/locales/*/LC_MESSAGES/*.mo
	find core bot adapters webhooks tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The environment, and which lock file it has been filled from. What the tests need includes what the bot needs.

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Nearpeer needs Python 3.11 or newer; name one: make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: requirements.txt | $(PY)
	$(INSTALL) --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(PY)
	$(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@
