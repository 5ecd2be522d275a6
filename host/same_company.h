#pragma once
// What establishments get from others of their own company: for scores that leave them out.

#include <cstdint>
#include <span>
#include <vector>

#include "host/score.h"

namespace dscore {

/// Of a population, one row for each establishment. weight: empty for 1; longitude and latitude: where distances are
/// great circles, else empty; company: a negative one is not known, and nobody else's.
struct CompanyRows {
  std::span<const double> x_m, y_m;
  std::span<const double> longitude_deg, latitude_deg;
  std::span<const double> weight;
  std::span<const std::int64_t> company;
};

/// By row: the sum of w_j f(d_ij) over the other establishments of the same company, in the unit of f. Every pair
/// within a company, in FP64; the same bits for any number of threads.
std::vector<double> same_company(const CompanyRows& rows, const PairSettings& settings, int threads);

}  // namespace dscore
