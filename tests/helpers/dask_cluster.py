"""What the tests on a Dask cluster share."""

import pytest

DASK_MARKS = [
    pytest.mark.compiled,
    # Dask's own, when it is taken down
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
