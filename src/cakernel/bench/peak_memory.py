"""The most memory that this process has held so far."""

import sys


def peak_bytes() -> int | None:
    """Return the peak of the resident set, in bytes; None where the system does not tell it.

    It counts what the process holds, compiled code and NumPy arrays included: tracemalloc would
    see only what Python's own allocator gave. It never falls, so each thing to be measured needs a
    fresh process.
    """
    # Linux hands ru_maxrss on from the process that started this one, however large that was;
    # VmHWM begins anew with each program
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
