#pragma once
// Registers whose sectors are drawn at random, or planted, and significance of them in one call.

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "host/significance_work.h"
#include "tests/clouds.h"

namespace dscore::test {

inline constexpr std::size_t kBench = 0;

/// All points of a cloud in population 0, the benchmark; three regions from west to east, and a fourth with nobody.
inline Register register_of(const Cloud& cloud) {
  Register input;
  std::vector<double> x = cloud.x;
  std::sort(x.begin(), x.end());
  Random random(77);
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    input.id.push_back(static_cast<std::int64_t>(i));
    input.x_m.push_back(cloud.x[i]);
    input.y_m.push_back(cloud.y[i]);
    input.region.push_back(cloud.x[i] < x[x.size() / 3] ? 0 : cloud.x[i] < x[2 * x.size() / 3] ? 1 : 2);
    input.jobs.push_back(std::floor(1 / (1e-3 + random())));
    input.membership.push_back(1);
  }
  input.populations = {{"benchmark", "", {}}};
  input.regions = {{"R1", "", ""}, {"R2", "", ""}, {"R3", "", ""}, {"R4", "", ""}};
  return input;
}

/// A sector of these rows.
inline std::size_t add_sector(Register& input, const std::vector<std::size_t>& rows) {
  const std::size_t p = input.populations.size();
  input.populations.push_back({"sector_" + std::to_string(p), "", kBench});
  for (const std::size_t row : rows) input.membership[row] |= std::uint64_t{1} << p;
  return p;
}

/// n of the register's rows, by another generator than that of the draws.
inline std::vector<std::size_t> some_rows(const Register& input, std::size_t n, Random& random) {
  std::vector<std::size_t> rows(input.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  for (std::size_t k = 0; k < n; ++k) {
    std::swap(rows[k], rows[k + static_cast<std::size_t>(random() * static_cast<double>(rows.size() - k))]);
  }
  rows.resize(n);
  return rows;
}

inline Significance significance_of(const Register& input, const SignificanceSettings& settings, int threads = 1) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(threads);
  SignificanceWork work(*backend, input, settings, "test");
  for (std::size_t unit = 0; unit < work.units(); ++unit) {
    if (work.needed(unit)) work.take(unit, work.run(unit, {}));
  }
  return work.results();
}

}  // namespace dscore::test
