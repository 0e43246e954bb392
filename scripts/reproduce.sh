#!/usr/bin/env bash
# From a fresh clone to Table 3 of the paper: environment, installation, simulation, scorecard.
# Arguments are passed on, for instance: bash scripts/reproduce.sh --convention text
# no extra: without an argument of its own the sourced script would see ours
. "$(dirname "$0")/environment.sh" ""
cakernel reproduce table3 "$@"
