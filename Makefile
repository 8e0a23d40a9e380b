# Every target sets up what it needs, once.
PYTHON ?= python3
INCIDENT ?= INC-2026-1012
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Compiled modules make every start faster; they are enabled even if the machine disables them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help report test full quick lab lint bench benchall manual docs sample pictures clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

report: $(VENV)/.ready ## make the postmortem of INCIDENT (default: INC-2026-1012) in reports/
	$(BIN)/pmkit report $(INCIDENT)

test: $(VENV)/.ready-dev tests/node_modules/.ready ## run the tests
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

full: export PMKIT_EXAMPLES = 10
full: test ## run the tests with all similar cases and ten times as many examples; takes an hour

quick: export PMKIT_QUICK = 1
quick: $(VENV)/.ready-dev ## run the fast tests: no browser, kernel, cluster, fuzzing or whole recordings
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not (browser or kernel or cluster or fuzz or slow)"

lab: $(VENV)/.ready ## open the explorer in JupyterLab
	cd notebooks && ../$(BIN)/jupyter lab investigate.ipynb

lint: $(VENV)/.ready-dev ## check style, types and declared dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .

bench: $(VENV)/.ready-dev ## measure what people wait for, as ratios with their targets, and how well impacts are found
	$(BIN)/python tests/bench/overview.py
	$(BIN)/python tests/bench/impact.py

benchall: bench ## run the other benchmarks, too, at full size; takes an hour
	$(BIN)/python tests/bench/report.py
	$(BIN)/python tests/bench/formats.py
	$(BIN)/python tests/bench/parts.py
	$(BIN)/python tests/bench/redact.py
	$(BIN)/python tests/bench/small_logs.py
	$(BIN)/python tests/bench/load.py
	$(BIN)/python tests/bench/ingest.py

manual: $(VENV)/.ready-dev ## generate the gallery and the reference pages of the manual
	$(BIN)/python tests/manual.py
	$(BIN)/python tests/gallery.py
	$(BIN)/python tests/architecture_picture.py

docs: $(VENV)/.ready ## build the manual as web pages in build/docs; check its links, and that the sample report is up to date
	$(BIN)/pmkit docs --out build/docs
	$(BIN)/pmkit verify pmkit/manual/sample/INC-2026-1103.html --data data/incidents --quiet
	$(BIN)/pmkit verify pmkit/manual/sample/INC-2026-1103.pdf --data data/incidents --quiet

sample: export SOURCE_DATE_EPOCH = 1795824000
sample: $(VENV)/.ready ## rebuild the sample report
	$(BIN)/pmkit trends --data data/incidents --to csv --quiet > /dev/null  # so that it is compared with all others
	$(BIN)/pmkit report INC-2026-1103 --data data/incidents --out pmkit/manual/sample --quiet

pictures: $(VENV)/.ready-dev sample ## retake the pictures of README and manual; needs Chromium
	$(BIN)/python tests/pictures.py

clean: ## remove everything that was generated
	rm -rf $(VENV) reports build dist tests/node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pmkit needs Python 3.11 or later, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --upgrade pip
	$(PIP) --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(PIP) --group dev
	@touch $@

# The accessibility checker of the browser tests; without npm, those tests are skipped.
tests/node_modules/.ready: tests/package.json
	@mkdir -p tests/node_modules
	@if command -v npm > /dev/null; then npm install --prefix tests --no-package-lock --no-audit --no-fund --silent; fi
	@touch $@
