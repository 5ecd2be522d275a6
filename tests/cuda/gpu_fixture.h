#pragma once
// What the tests on a CUDA device share: the device and its peer on the CPU; skipped where there is no device.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "kernels/backend.h"

namespace dscore::test {

class OnCudaDevice : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = cuda_unusable_because(); !reason.empty()) {
      GTEST_SKIP() << "no CUDA device: " << reason;
    }
    cuda_ = make_cuda_backend();
    cpu_ = make_cpu_backend(0);
  }

  std::unique_ptr<Backend> cuda_, cpu_;
};

}  // namespace dscore::test
