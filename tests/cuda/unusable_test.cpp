// What the program says where it cannot use a GPU.

#include <gtest/gtest.h>

#include "kernels/backend.h"
#include "kernels/error.h"

namespace dscore {
namespace {

TEST(CudaUnusable, SaysWhyAndWhatToDo) {
  const std::string reason = cuda_unusable_because();
  if (reason.empty()) GTEST_SKIP() << "a CUDA device can be used here";
  EXPECT_NE(reason.find("Use --device cpu, or "), std::string::npos) << reason;
  EXPECT_EQ(reason.back(), '.') << reason;
  EXPECT_TRUE(cuda_devices().empty() || reason.find("too old") != std::string::npos) << reason;
  try {
    make_cuda_backend();
    FAIL() << "make_cuda_backend() did not throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), "--device cuda: " + reason);
  }
}

}  // namespace
}  // namespace dscore
