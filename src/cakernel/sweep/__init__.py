"""Sweeps: a model run at many points, streamed to a folder, resumable, local or on a cluster.

A `description`, in Python or in a TOML file, names a `study`, `axis` by axis what varies, and a
`design`. These make `points`, which are cut into `blocks`. `run` sends task after task to a `pool`,
and keeps the shard of each in the `folder`, with a line in its `journal`. `resuming` decides
whether the folder's sweep may go on. `results` reads it, `summaries` groups what is there.
"""
