"""The readable kernel, one replication at a time: the reference for the lanes, and traces."""
