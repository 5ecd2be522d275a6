#pragma once
// Registers for tests of disclosure control, told in groups, and run.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/run.h"
#include "kernels/backend.h"

namespace dscore::test {

inline constexpr std::int64_t kOwnCompany = 0;

/// Establishments that are alike.
struct Group {
  std::size_t number;
  std::uint16_t region;
  std::uint64_t membership;
  double jobs = 1;                     ///< of each
  std::int64_t company = kOwnCompany;  ///< of all; kOwnCompany: each its own
};

/// The results of a register of these groups: populations "a", "b", ... (`benchmarks`: -1 or an index), regions "R0",
/// ... Each group stands near its region's centre; centres are 30 km apart, and each has its own spread of scores.
inline Results results_of(const std::vector<Group>& groups, std::size_t regions, const std::vector<int>& benchmarks) {
  Register input;
  for (std::size_t p = 0; p < benchmarks.size(); ++p) {
    input.populations.push_back({std::string(1, static_cast<char>('a' + p)), "", std::nullopt});
    if (benchmarks[p] >= 0) input.populations[p].benchmark = static_cast<std::size_t>(benchmarks[p]);
  }
  for (std::size_t r = 0; r < regions; ++r) {
    std::string code("R");
    input.regions.push_back({code.append(std::to_string(r)), "", ""});
  }
  for (const Group& group : groups) {
    const int column = group.region % 8;
    const int row = group.region / 8;
    for (std::size_t k = 0; k < group.number; ++k) {
      const auto id = static_cast<std::int64_t>(input.size() + 1);
      input.id.push_back(id);
      input.x_m.push_back(20'000 + 30'000.0 * column + 37.0 * static_cast<double>(id % 101));
      input.y_m.push_back(350'000 + 30'000.0 * row + 53.0 * static_cast<double>(id % 97));
      input.region.push_back(group.region);
      input.jobs.push_back(group.jobs);
      input.company.push_back(group.company == kOwnCompany ? 1'000'000 + id : group.company);
      input.membership.push_back(group.membership);
    }
  }
  return run(*make_cpu_backend(1), std::move(input), Settings());
}

}  // namespace dscore::test
