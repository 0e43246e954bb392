#!/usr/bin/env bash
# From a fresh clone to Table 3 of the paper: environment, installation, simulation, scorecard.
# Arguments are passed on, for instance: bash scripts/reproduce.sh --convention text
. "$(dirname "$0")/environment.sh"
cakernel reproduce table3 "$@"
