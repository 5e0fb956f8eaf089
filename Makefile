# Two commands set up all they need: `make demo` and `make test`. A second run is quick.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help install demo serve test lint bench bench-ads bench-speakers rivals bench-repeats bench-pages soak test-pythons test-pyannote test-browser screenshots lock clean
help:            ## list these targets
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/'

install: .venv/weights  ## set up .venv, the program and the default weights

demo: install    ## transcribe the first seed episode and print its page
	@$(BIN)/cleancast process seeds/interview.mp3 --out out
	@cat out/interview.txt

serve: install   ## serve the HTTP API on http://127.0.0.1:8000 until Ctrl-C
	$(BIN)/cleancast serve

test: .venv/dev lint  ## lint, types, and all quick tests
	$(BIN)/pytest -n 2 --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

bench: .venv/bench  ## measure accuracy and speed (needs the benchmark data, see docs/accuracy.md)
	$(BIN)/python -m benchmarks all

bench-ads: .venv/bench  ## measure the ad detector alone on labelled transcripts
	$(BIN)/python -m benchmarks ads

bench-speakers: .venv/bench  ## measure who speaks when and who said what, beside rivals where installed
	$(BIN)/python -m benchmarks rivals

rivals: .venv-rivals/ready  ## install the diarizers to measure beside ours (7 GB)

soak: .venv/bench  ## a running service under load, under fire, and with many workers
	$(BIN)/python -m benchmarks soak --model tiny.en
	$(BIN)/python -m benchmarks kills --model tiny.en
	$(BIN)/python -m benchmarks kills-many --model tiny.en
	$(BIN)/python -m benchmarks workers --model tiny.en

bench-repeats: .venv/bench  ## ads that come again, in made folders (needs what seeds/README.md names)
	$(BIN)/python -m benchmarks repeats --model tiny.en

bench-pages: .venv/browser  ## what the pages cost a browser: bytes, time, long tasks
	$(BIN)/python -m benchmarks pages --model tiny.en

screenshots: .venv/browser .venv/weights  ## take the pictures in docs/ anew, of a seed episode
	$(BIN)/python -m benchmarks.screenshots

test-browser: .venv/browser  ## test the pages in a real browser (needs Debian's chromium, or CHROMIUM=...)
	$(BIN)/pytest tests/browser

test-pythons:  ## `make demo` and `make test` in fresh Debian roots with newer Pythons (SUITES="trixie sid"; root)
	.ci/pythons

test-pyannote: .venv-pyannote/ready  ## test the optional pyannote engine in its own environment
	OMP_NUM_THREADS=1 .venv-pyannote/bin/pytest -m pyannote tests/speakers

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("cleancast needs Python 3.11 or newer: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv .venv

# Each stamp is an environment that fits its lock; the program itself is editable.
.venv/run: locks/run.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/weights: .venv/run
	@echo "Fetching the weights of the recogniser, once (130 MB) ..."
	@$(BIN)/cleancast models --fetch base > /dev/null
	@touch $@

.venv/dev: locks/dev.txt .venv/run
	@$(PIP) install --require-hashes -r locks/dev.txt
	@touch $@

.venv/browser: locks/browser.txt .venv/dev
	@$(PIP) install --require-hashes -r locks/browser.txt
	@touch $@

.venv/bench: locks/bench.txt .venv/dev .venv/weights
	@$(PIP) install --require-hashes -r locks/bench.txt
	@touch $@

.venv-pyannote/ready: locks/pyannote.txt pyproject.toml
	$(PYTHON) -m venv .venv-pyannote
	.venv-pyannote/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r locks/pyannote.txt
	.venv-pyannote/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

.venv-rivals/ready: locks/rivals.txt
	$(PYTHON) -m venv .venv-rivals
	.venv-rivals/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r locks/rivals.txt
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --python-version 3.11 --constraint locks/constraints.in pyproject.toml
lock: .venv/dev  ## write the locks anew from pyproject.toml
	$(COMPILE) --extra build --extra dev --output-file locks/dev.txt
	$(COMPILE) --extra build --constraint locks/dev.txt --output-file locks/run.txt  # as tested
	$(COMPILE) --extra build --extra dev --extra browser --output-file locks/browser.txt
	$(COMPILE) --extra build --extra dev --extra bench --output-file locks/bench.txt
	$(COMPILE) --extra build --extra dev --extra bench --extra train --output-file locks/train.txt
	$(COMPILE) --extra build --extra dev --extra pyannote --output-file locks/pyannote.txt
	$(COMPILE) --extra build --extra pyannote --output-file locks/cuda.txt
	$(COMPILE) --extra build --extra rivals --output-file locks/rivals.txt

clean:           ## remove the environments and what the demo wrote
	rm -rf .venv .venv-pyannote .venv-rivals out
