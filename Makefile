# make demo: the main job on this machine, no AWS account. make test: the gate.
# make docs: remakes the pictures in docs/images and what the notebooks show. make bench [SIZE=small]: measures, and writes docs/benchmarks.md.
# make bench-peers [PEERS=folder]: other tools beside ours, a quarter of an hour; goes on where it was stopped, FRESH=1 starts anew.
# make bench-lambda: the Lambda's cold start. make bench-page: page and charts again, of benchmarks/results.
# make bench-verdicts: simulates false alarms and power (20 minutes on two idle cores), and writes docs/calibration.md.
SIZE ?= full
PEERS ?= .cache/peers
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Two at a time: an installation keeps one processor busy.
MAKEFLAGS += --jobs=2

.PHONY: demo test environments docs bench bench-peers bench-lambda bench-page bench-verdicts clean

demo: $(VENV)/.installed
	@PYTHON=$(BIN)/python sh examples/demo.sh

test: $(VENV)/.installed-dev environments
	@sh .ci/gate $(BIN)

environments:
	@sh .ci/environments $(PYTHON)

docs: $(VENV)/.installed-dev
	@sh .ci/browser
	@PYTHONPATH=. $(BIN)/python docs/images/make.py
	@PYTHONPATH=. $(BIN)/python docs/images/blindness.py
	@$(BIN)/python -m examples.notebooks

bench: $(VENV)/.installed-dev
	@PYTHONPATH=. $(BIN)/python -m benchmarks.speed --size $(SIZE)
	@PYTHONPATH=. $(BIN)/python -m benchmarks.readme_table

bench-peers: $(VENV)/.installed-dev
	@PYTHONPATH=. $(BIN)/python -m benchmarks.peers --peers $(PEERS) $(if $(FRESH),--fresh)
	@PYTHONPATH=. $(BIN)/python -m benchmarks

bench-lambda: $(VENV)/.installed-dev
	@PYTHONPATH=. $(BIN)/python -m benchmarks.cold_start
	@PYTHONPATH=. $(BIN)/python -m benchmarks

bench-page: $(VENV)/.installed-dev
	@PYTHONPATH=. $(BIN)/python -m benchmarks
	@PYTHONPATH=. $(BIN)/python -m benchmarks.readme_table

# One thread a process: two processes that share two cores only wait for each other's threads.
bench-verdicts: $(VENV)/.installed-dev
	@PYTHONPATH=. OPENBLAS_NUM_THREADS=1 nice $(BIN)/python -m benchmarks.verdicts
	@PYTHONPATH=. $(BIN)/python -m benchmarks.readme_table

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -r requirements.txt
	$(BIN)/python -c "from pathlib import Path; from deployment.release.numpy_layer import layer_package; layer_package(Path('.cache'))"
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PIP) install --quiet -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .cache out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
