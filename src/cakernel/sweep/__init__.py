"""Sweeps: a model run at many points, streamed to a folder, resumable, local or on a cluster."""
