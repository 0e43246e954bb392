"""Sweeps: a model run at many points, streamed to a folder, resumable, local or on a cluster.

A `description.Sweep` (or a `sweep_file`) names a `study`, `axis` by axis what varies, and a
`design`. These make `points`, which are cut into `blocks`. `run` sends a `shard` after the other to
a `pool`, and keeps each in the `folder`, with a line in its `journal`. `resuming` decides whether
the folder's sweep may go on. `results` and `status` read it, `summaries` groups what is there.
"""
