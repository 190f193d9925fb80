"""Computing with what processors have in common: wider registers add up in another order.

A training makes another model of other last digits. So whoever learns does it with AVX2 and no more, as
nearly every x86 processor since 2013 can; on others a model is made as good, not the same.
"""

from __future__ import annotations

import cv2

_AVX2, _AVX512 = 11, 256  # by OpenCV's count


def in_common() -> dict[str, str]:
    """The environment in which this processor computes as the others do; before numpy is loaded."""
    return environment(cv2.checkHardwareSupport(_AVX2), cv2.checkHardwareSupport(_AVX512))


def environment(avx2: bool, avx512: bool) -> dict[str, str]:
    """The same, of a processor that has these instructions or not."""
    # Each of them complains, or worse, when told of instructions that are not there.
    widest = {
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
        "OPENCV_CPU_DISABLE": "AVX512-SKX",
    }
    return {**({"OPENBLAS_CORETYPE": "Haswell"} if avx2 else {}), **(widest if avx512 else {})}
