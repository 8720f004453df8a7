# The commands of the project. GNU make and a POSIX shell; everything else comes from the lock files.
#
# `setup` builds `.venv` from the hash-pinned locks and installs Duly itself, editable. The other targets depend on
# it. All paths are relative, so that a checkout below a path with spaces works.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Another interpreter may be named: make setup PYTHON=/opt/python3.12/bin/python3
PYTHON ?=
# Further arguments for pytest: make test PYTEST_ARGS="tests/unit -k promise"
PYTEST_ARGS ?=
# Files of tests that run side by side; each has a database server of its own. 0: one process, for a debugger.
TEST_JOBS ?= 3
# Further arguments for a bench: make bench-replies BENCH_ARGS="--replies my-replies.jsonl"
BENCH_ARGS ?=

venv_python := .venv/bin/python
stamp := .venv/.set-up
emulators := tests/node_modules/.set-up

# Console scripts hold the path of their environment, so a checkout that was moved or copied is set up anew.
ifneq "$(shell cat $(stamp) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(stamp)
endif

.PHONY: help setup demo test fuzz lint bench bench-replies bench-matching bench-mail train fit-matching soak lock clean

help:
	@echo 'make setup   build .venv from the lock files; .venv/bin/duly then exists'
	@echo 'make demo    load the sample company, run the agent on its mailbox, serve the console'
	@echo 'make test    every test, on a real database'
	@echo 'make fuzz    damaged and hostile mail without end: DULY_FUZZ_EXAMPLES=20000 make fuzz'
	@echo 'make lint    formatting, types, import contracts, packaging'
	@echo 'make bench   replies per second, time per reply, peak memory'
	@echo 'make bench-replies   how well and how fast replies are read, into docs/benchmarks.md'
	@echo 'make bench-matching  how well and how fast payments find their invoices, into docs/benchmarks.md'
	@echo 'make bench-mail      how fast mail is taken in and put on the queue, into docs/benchmarks.md'
	@echo 'make train   rebuild the trained reader from agent/reading/local/training/text (about 30 minutes)'
	@echo 'make fit-matching  fit the weights of cash application anew, on generated streams'
	@echo 'make soak    the long tests'
	@echo 'make lock    write the lock files anew from pyproject.toml (UPGRADE=1: newest versions)'
	@echo 'make clean   remove .venv and caches; what is in DULY_HOME stays'

setup: $(stamp)

demo: setup
	@exec .venv/bin/duly demo

test: setup $(emulators)
	$(venv_python) -m pytest -m 'not soak' -n $(TEST_JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# Tests that need Node or what it runs are skipped, with the reason, where npm is missing or cannot fetch it.
$(emulators): tests/package-lock.json
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then cd tests && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || true; fi
	@mkdir -p $(@D) && touch $@

soak: setup $(emulators)
	$(venv_python) -m pytest -m soak $(PYTEST_ARGS)

# About half an hour: new damaged mails each time, and every costly shape at three sizes.
fuzz: setup
	$(venv_python) -m pytest -m soak tests/fuzz $(PYTEST_ARGS)

bench: setup
	$(venv_python) -m evals.bench

# One thread: what a core does is what is reported.
bench-replies: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(venv_python) -m evals.bench_replies $(BENCH_ARGS)

# One thread: what a core does is what is reported. About fifteen minutes.
bench-mail: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(venv_python) -m evals.bench_mail $(BENCH_ARGS)

# One thread here too; the database of the speed's part is put on the same core.
bench-matching: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(venv_python) -m evals.bench_matching $(BENCH_ARGS)

# One thread: the matrices are small, and threads wait for each other longer than they save.
train: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(venv_python) -m evals.train_reader

# A few minutes; the seeds are measured nowhere else.
fit-matching: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(venv_python) -m evals.fit_matching

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/yamllint --strict docker-compose.yml
	$(venv_python) -m pytest tests/architecture/test_packaging.py

# uv fetches in parallel and is by far the quicker; it comes from the lock itself. Where it cannot reach the package
# index (an index or certificates that only pip is configured for), pip does the same from the same lock.
$(stamp): requirements-build.lock requirements-dev.lock pyproject.toml
	@set -e; \
	built_at=$$(cat $(stamp) 2>/dev/null || pwd -P); \
	if [ "$$built_at" != "$$(pwd -P)" ] || ! $(venv_python) -c 'import pip' 2>/dev/null; then \
	    python=; \
	    for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	        if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            python=$$candidate; break; \
	        fi; \
	    done; \
	    if [ -z "$$python" ]; then \
	        echo 'Duly needs Python 3.11 or newer with its venv module; none was found in PATH.' >&2; \
	        echo 'Install it (Debian and Ubuntu: apt-get install python3 python3-venv), or name one:' >&2; \
	        echo '    make setup PYTHON=/path/to/python3' >&2; \
	        exit 1; \
	    fi; \
	    echo "Building .venv with $$("$$python" --version)" >&2; \
	    "$$python" -m venv --clear .venv; \
	fi; \
	rm -f $(stamp); \
	export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_SYSTEM_CERTS=1; \
	[ -n "$$HOME" ] || export UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1; \
	echo 'Installing what the lock names' >&2; \
	$(venv_python) -m pip install --quiet --require-hashes --no-deps -r requirements-build.lock; \
	if .venv/bin/uv pip sync --quiet --python $(venv_python) --require-hashes --compile-bytecode requirements-dev.lock \
	        && .venv/bin/uv pip install --quiet --python $(venv_python) --no-deps --no-build-isolation --editable .; then \
	    :; \
	else \
	    echo 'uv could not install the lock; trying pip, which takes longer' >&2; \
	    $(venv_python) -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock; \
	    $(venv_python) -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	fi; \
	pwd -P > $(stamp)

# No index and no path of this machine may stand in a lock; versions stay as they are unless UPGRADE is given.
# One version of a package for all Pythons: what was tested on one is what runs on another.
uv_compile = UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--fork-strategy fewest --no-emit-index-url --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock:
	@[ -x .venv/bin/uv ] || $(MAKE) setup
	$(uv_compile) --extra dev --output-file requirements-dev.lock pyproject.toml
	$(uv_compile) --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml
	printf 'hatchling\nuv\n' | \
	    $(uv_compile) --constraint requirements-dev.lock --output-file requirements-build.lock -

clean:
	rm -rf .venv tests/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
