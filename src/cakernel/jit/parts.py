"""Functions that only compiled code calls: machine code is made of them in an entry alone.

numba optimises each function together with all that it calls and makes machine code of it, then
does so again in every caller. That took a third of the coopetition solver's compilation. Here such
a function is translated to LLVM's language, no more, and linked into its callers.
"""

from collections.abc import Callable
from typing import Any

from numba._dynfunc import make_function
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class PartLibrary(JITCodeLibrary):
    """The code of a function and of those that it calls, to be linked into its callers."""

    def _optimize_final_module(self) -> None:
        """Leave it to the entry, which sees all."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class PartCompiler(Compiler):
    """numba's compiler up to where it makes machine code."""

    def compile_extra(self, func: Callable[..., Any]) -> Any:
        """Return what numba's own does, but that Python cannot call it."""
        state = self.state
        state.flags.no_compile = True
        state.library = PartLibrary(state.targetctx.codegen(), func.__qualname__)
        made = super().compile_extra(func)
        # callers look the code up by this function, which has no address
        module, kept = made.fndesc.lookup_module(), (made.library,)
        named = make_function(module, func.__name__, "", 0, made.environment, kept)
        state.targetctx.insert_user_function(named, made.fndesc, [made.library])
        return made._replace(entry_point=named)
