"""How kernels are compiled: without counting references, which took most of their time."""

from numba import njit

kernel = njit(cache=True, nogil=True, _nrt=False, error_model="numpy")
"""Of a function that makes no arrays."""
part = njit(cache=True, nogil=True, _nrt=False, error_model="numpy", forceinline=True)
"""Of a function that is compiled into those that call it: handing over all arrays costs more than a short function."""
