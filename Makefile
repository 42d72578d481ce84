# raceproof. `make verify` and `make test` need git, make and Python 3.11 or later, nothing else.
.DELETE_ON_ERROR:
.PHONY: help install verify test test-all pages lint types bench docs lock clean

# The first Python that is new enough; choose another with `make PYTHON=/path/to/python ...`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
REPORT ?= report
LOCKED := .venv/.locked
READY := .venv/.ready
KERNELS := .venv/.kernels

# pyright runs the node that its extra brought; it neither looks for another version nor warns about one.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PYRIGHT_PYTHON_DISABLE_VERSION_CHECK := 1

help:
	@echo "make verify    install, verify the lemmas, run the race on the packaged digits, write $(REPORT)/index.html"
	@echo "make test      install, run the tests (make test-all: the slow ones too)"
	@echo "make docs      the documentation, as pages in site/"
	@echo "make pages     the tests of report and documentation in a browser and in pdflatex"
	@echo "make lint | types | bench | lock | clean"

$(LOCKED): requirements.lock
	@test -n "$(PYTHON)" || { echo "raceproof needs Python 3.11 or later on the PATH; name one with make PYTHON=..." >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv (once; about a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --only-binary :all: --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

install: $(READY)

verify: $(READY)
	@# The first time, a tiny race beside the verifier compiles the kernels of the real one.
	@{ test -e $(KERNELS) || { $(BIN)/raceproof race iris --width 2 --eta 0.5 >/dev/null 2>&1; touch $(KERNELS); }; } & \
		$(BIN)/raceproof verify; wait; echo; $(BIN)/raceproof report -o $(REPORT)

# Parallel test processes and one BLAS thread each: more threads than cores only slow one another down.
test test-all pages: export OPENBLAS_NUM_THREADS = 1

test: $(READY)
	@$(BIN)/python -m pytest -n auto -m "not slow"

test-all: $(READY)
	@$(BIN)/python -m pytest -n auto

# What a reader sees: the whole suite's report and appendix, and the documentation, in a browser and in pdflatex.
pages: $(READY)
	@$(BIN)/python -m pytest -n auto -m slow tests/report tests/docs

lint: $(READY)
	@$(BIN)/ruff check .

types: $(READY)
	@$(BIN)/pyright

bench: $(READY)
	@$(BIN)/python -m benchmarks.race_bench
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.flow_bench
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.goals_bench

# What the pages show of lemmas is verified when they are built (a minute or two the first time).
docs: export NO_MKDOCS_2_WARNING = 1
docs: $(READY)
	@$(BIN)/python -m mkdocs build --strict --quiet && echo "site/index.html"

# The lock holds versions and hashes for every system and Python, and no address of any registry.
lock: $(READY)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev --upgrade \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
		-o requirements.lock pyproject.toml

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .raceproof-cache $(REPORT) site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
