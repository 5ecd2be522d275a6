// The instruction sets that the _simd.cpp sources are compiled for: included before <hwy/foreach_target.h>. AVX-512,
// AVX2, SSE4 and plain C++ are what there is to gain; the sets between them only take long to compile.
#ifndef DSCORE_KERNELS_SIMD_TARGETS_H
#define DSCORE_KERNELS_SIMD_TARGETS_H

#ifdef DSCORE_SIMD_ONE_SET
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_SSSE3 | HWY_AVX3 | HWY_SSE4)
#else
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_SSSE3)
#endif

#endif
