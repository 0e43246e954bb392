"""How far the sweep in a folder is, also while another process runs it."""

import os
from pathlib import Path

from cakernel.arguments import checked_arguments
from cakernel.sweep.how_far import SweepStatus, how_far


@checked_arguments
def sweep_status(path: str | os.PathLike[str], *, verify: bool = False) -> SweepStatus:
    """Return how far the sweep in a folder is, also while another process runs it.

    Parameters
    ----------
    path : path
        The folder.
    verify : bool, default False
        See `open_sweep`.

    Raises
    ------
    InvalidInput
        If it holds no sweep, a link, damaged points, or a manifest that is damaged and so is its
        copy.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> study = ck.Recovery(ck.Model(periods=5), ck.policies()[:1], ck.paper_scenarios()[:1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = ck.run_sweep(ck.Sweep(study, axes={"firms": [1, 2]}, replications=4), folder)
    ...     status = ck.sweep_status(folder)
    >>> status.points_done, status.replications, status.finished
    (2, 8, True)
    """
    return how_far(Path(path), verify=verify)
