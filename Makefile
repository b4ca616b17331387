# make run    set up everything and improvise a solo
# make test   set up everything and run the tests
# Other targets: docs, lint, types, layers, js, coverage, slow, lowest, audit, bench, first-sound, models, clean.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
NPM    := $(shell command -v npm)
# A folder with files that the registry would otherwise download, where there is one beside the checkout.
export JAZZGRAM_DATA ?= $(wildcard $(CURDIR)/../shared/data)

.PHONY: run test slow docs lint types layers js lint-js coverage bench first-sound models clean setup lowest audit

run: setup
	$(BIN)/jazzgram run configs/metheny.yaml

test coverage: setup
	$(BIN)/pytest -n 2 $(COVERAGE)

coverage: COVERAGE = --cov --cov-report=term:skip-covered --cov-report=html

slow: setup
	$(BIN)/pytest -m slow -n 2

lint: setup lint-js
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

ifdef NPM
js: lint-js
	$(NPM) test --silent

lint-js: node_modules/.installed
	$(NPM) run --silent lint
	$(NPM) run --silent format:check
else
js lint-js:
	@echo '!!! No npm here: the JavaScript of the pages is NOT checked. Install Node.js 20 or newer.' >&2
endif

node_modules/.installed: package.json package-lock.json
	$(NPM) ci --no-fund --no-audit
	touch $@

layers: setup
	$(BIN)/lint-imports

docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "build/site/index.html (with search: $(BIN)/mkdocs serve)"

bench: setup
	$(BIN)/python benchmarks/bench.py $(ARGS)

# What `pip install` takes until the first sound, in an environment of its own; downloads about 0.8 GB.
first-sound: setup
	$(BIN)/python benchmarks/first_sound.py $(ARGS)

# The quick tests with the lowest version of each dependency that pyproject.toml allows.
lowest:
	$(PYTHON) -m venv build/lowest
	build/lowest/bin/python -m pip install --quiet "uv>=0.5"
	build/lowest/bin/uv pip compile --quiet --resolution lowest-direct --all-extras --output-file build/lowest.txt pyproject.toml
	build/lowest/bin/uv pip install --quiet --python build/lowest/bin/python --constraint build/lowest.txt --editable . --group dev
	build/lowest/bin/pytest -n 2

# Known vulnerabilities of what is installed; asks a service on the network.
audit: setup
	$(BIN)/python -m pip install --quiet "pip-audit>=2.7"
	@mkdir -p build
	@$(BIN)/pip-audit --skip-editable >build/audit.txt 2>&1; status=$$?; \
	if [ ! -s build/audit.txt ] || grep -Eq 'could not be audited|ConnectionError|Connection failed|Max retries' build/audit.txt; then \
		echo 'make audit: nothing is known about what is installed: the vulnerability service cannot be reached, or does' \
			'not know these packages (build/audit.txt); try again with access to pypi.org' >&2; exit 1; \
	fi; cat build/audit.txt; exit $$status

models: setup
	$(BIN)/python data/make_models.py $(SOLOS)

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("jazzgram needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf $(VENV) node_modules build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
