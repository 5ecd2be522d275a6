#pragma once
// The fast method on a CUDA device: plain declarations, no CUDA syntax. Only where the program is built with CUDA
// (p3m_cuda.cu).

#include <memory>

#include "kernels/p3m/engine.h"

namespace dscore::p3m {

/// On the current device; threads of the CPU that prepare its work (0: all that OpenMP offers). Its calls throw Error
/// on any failure of the device.
std::unique_ptr<Engine> make_cuda_engine(int threads);

}  // namespace dscore::p3m
