# Sésame: `make run` tries it, `make test` proves it. Every target may be called again at any time.

PORT ?= 8000
ARGS ?=

VENV := .venv
PYTHON := $(VENV)/bin/python
LOCAL := DEBUG=$${DEBUG:-1}
MANAGE := $(LOCAL) $(PYTHON) manage.py
UV := $(shell command -v uv)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard config/locale/*/LC_MESSAGES/django.po))

.PHONY: help setup setup-dev run release test test-long bench lint format messages pins clean

help:
	@echo "make run        Sésame on http://127.0.0.1:$(PORT), with demonstration data (PORT=8001 for another port)"
	@echo "make release    everything an installation needs after an update, under its own environment"
	@echo "make test       the whole suite, on SQLite and on a private PostgreSQL at once (ARGS='-k tariff' for a part)"
	@echo "make test-long  the tests at full size"
	@echo "make bench      the benchmarks, each against its floor (SIZE=10k, 100k or 1M)"
	@echo "make lint       style, types, migrations, the production settings"
	@echo "make format     what the linters can mend by themselves"
	@echo "make messages   bring the catalogues up to date with the code"
	@echo "make pins       renew the pinned dependencies"
	@echo "make setup      the virtual environment with the pinned dependencies, nothing else"

# Set-up ------------------------------------------------------------

setup: $(VENV)/base.stamp

setup-dev: $(VENV)/dev.stamp $(CATALOGUES)

ifdef UV
INSTALL = $(UV) pip install --quiet --require-hashes --python $(PYTHON) -r
else
INSTALL = $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r
endif

$(VENV)/base.stamp: requirements/base.txt
	@python3 -c 'import sys; v = sys.version_info; sys.exit("Sesame needs Python 3.12 or newer, and python3 here is %d.%d: install a newer one." % v[:2] if v < (3, 12) else 0)'
	@echo "Installing the pinned dependencies in $(VENV) …"
	@test -x $(PYTHON) || $(if $(UV),$(UV) venv --quiet --python python3 $(VENV),python3 -m venv $(VENV))
	@$(INSTALL) $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/base.stamp
	@echo "Installing the pinned development tools in $(VENV) …"
	@$(INSTALL) $<
	@touch $@

%.mo: %.po $(VENV)/base.stamp
	@$(VENV)/bin/pybabel --quiet compile --input-file $< --output-file $@

# Use ------------------------------------------------------------

run: setup $(CATALOGUES)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_communes > /dev/null
	@$(MANAGE) seed_demo --if-empty
	@$(MANAGE) welcome --port $(PORT)
	@$(MANAGE) runserver 127.0.0.1:$(PORT)

release: setup $(CATALOGUES)
	$(PYTHON) manage.py migrate
	$(PYTHON) manage.py load_communes
	$(PYTHON) manage.py collectstatic --no-input
	$(PYTHON) manage.py check --deploy --fail-level WARNING

# Proof ------------------------------------------------------------

test: setup-dev
	@$(PYTHON) -m tests.engines $(ARGS)

test-long: setup-dev
	@SIZE=full $(PYTHON) -m tests.engines -m "long or sized" $(ARGS)

bench: setup-dev
	@$(PYTHON) -m tests.engines --in-turn --capture=no --override-ini python_files=bench_*.py tests/benchmarks $(ARGS)

lint: setup-dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	git ls-files -z -- 'templates/**.html' | xargs -0 -r $(VENV)/bin/djade --target-version 6.1 --check
	git ls-files -z -- '*.py' ':!*/migrations/*' | xargs -0 $(VENV)/bin/django-upgrade --target-version 6.1 --check
	$(LOCAL) $(VENV)/bin/mypy .
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=sesame.example \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

# Upkeep ------------------------------------------------------------

format: setup-dev
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format
	git ls-files -z -- 'templates/**.html' | xargs -0 -r $(VENV)/bin/djade --target-version 6.1

messages: setup-dev
	$(MANAGE) makemessages --locale fr --locale nl --locale en --no-wrap --add-location file --ignore '$(VENV)' --ignore tests

pins:
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.12 pyproject.toml -o requirements/base.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.12 pyproject.toml --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .pytest_cache .coverage htmlcov
