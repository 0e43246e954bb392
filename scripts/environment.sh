# Sourced by the scripts beside it: makes a virtual environment in .venv, once, and installs into it.
# usage: . scripts/environment.sh [EXTRA]     EXTRA: test, dev, ...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "cakernel needs Python 3.11 or later; set PYTHON to one" >&2
    exit 2
fi
environment=${CAKERNEL_VENV:-.venv}
[ -x "$environment/bin/python" ] || "$python" -m venv "$environment"
# shellcheck disable=SC1091
. "$environment/bin/activate"
python -m pip install --quiet --disable-pip-version-check --editable ".${1:+[$1]}"
