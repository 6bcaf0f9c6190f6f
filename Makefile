# make report   a report for every agency            make report LANG_=en YEAR=2023 JOBS=2
# make test     the whole test suite                 make check   the data alone
# make lab      JupyterLab on notebooks/             make lock    renew requirements.lock
# make demo     forms, intake, the next plan and reports with illustrative figures, on a copy of the data
# make audit    known faults of the locked requirements
# make bench    seconds per report beside other ways of running notebooks, in an environment of its own
PYTHON ?= python3
LANG_  ?= vi
YEAR   ?= 2023
JOBS   ?= $(shell getconf _NPROCESSORS_ONLN)

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
UV    := $(BIN)/uv
UV_VERSION := 0.13.9

# Compiled modules are kept, whatever the shell says: without them every process starts three times as slowly.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test lab check demo audit bench lock clean
.DELETE_ON_ERROR:

report: $(READY)
	$(BIN)/dti report --year $(YEAR) --lang $(LANG_) --jobs $(JOBS)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/dti check
	$(BIN)/python -m pytest -n $(JOBS)

check: $(READY)
	$(BIN)/dti check

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

PLAN    := examples/ke-hoach-2024-minh-hoa/ke-hoach-2024-minh-hoa.docx
DECIDED := examples/ke-hoach-2024-minh-hoa/quyet-dinh-minh-hoa.csv

# What agencies would do with blank forms is done for them in examples/; data/ itself is never written to.
demo: $(READY)
	rm -rf demo
	mkdir demo
	cp -R data demo/data
	$(BIN)/dti form --all --year 2023 --data demo/data --out demo/forms
	$(BIN)/dti intake examples/so-lieu-2023-minh-hoa --data demo/data --accept "Số liệu minh họa"
	$(BIN)/dti check --data demo/data
	$(BIN)/dti report --year 2023 --lang $(LANG_) --jobs $(JOBS) --data demo/data --out demo/reports
	$(BIN)/dti plan read $(PLAN) --year 2024 --data demo/data --decisions $(DECIDED) --out demo/xem-xet-2024.xlsx
	$(BIN)/dti plan take demo/xem-xet-2024.xlsx --data demo/data
	$(BIN)/dti plan verify $(PLAN) --source kh-2024-minh-hoa --data demo/data
	$(BIN)/dti report --year 2024 --lang $(LANG_) --jobs $(JOBS) --data demo/data --out demo/reports

# What the comparison runs against is no part of the product: it gets an environment of its own.
bench: | $(UV)
	$(PYTHON) -m venv .venv-bench
	VIRTUAL_ENV=.venv-bench $(UV) pip sync --quiet --require-hashes benchmarks/requirements.lock
	VIRTUAL_ENV=.venv-bench $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	.venv-bench/bin/python benchmarks/render.py

audit: $(READY)
	$(BIN)/python .ci/audit

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(READY): requirements.lock pyproject.toml | $(UV)
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# The newest versions pyproject.toml allows, the same for every Python, no address and no machine in the file.
COMPILE := pip compile --upgrade --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
    --fork-strategy fewest --python-version 3.11

lock: | $(UV)
	$(UV) $(COMPILE) pyproject.toml --all-extras --output-file requirements.lock
	$(UV) $(COMPILE) pyproject.toml --extra dev benchmarks/requirements.txt --constraint requirements.lock \
	    --output-file benchmarks/requirements.lock

clean:
	find outputs -mindepth 1 ! -name README.md -delete
