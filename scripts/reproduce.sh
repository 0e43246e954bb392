#!/usr/bin/env bash
# From a fresh clone to Table 3 of the paper: environment, installation, simulation, scorecard.
# 20 replications instead of the paper's 200 keep this under two minutes; the standard errors are
# shown. The full table: cakernel reproduce table3
. "$(dirname "$0")/environment.sh"
echo "Simulating Table 3 with 20 replications of each resource scenario (the paper: 200)." >&2
cakernel reproduce table3 --replications 20 "$@"
