#!/usr/bin/env bash
# From a fresh clone to the whole test suite; arguments are passed on to pytest.
. "$(dirname "$0")/environment.sh" test
python -m pytest "$@"
