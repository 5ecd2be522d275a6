#pragma once
// What establishments get from others of their own company: for scores that leave them out.

#include <cstdint>
#include <span>
#include <vector>

#include "host/score.h"

namespace dscore {

/// By row: the sum of w_j f(d_ij) over the other establishments of the same company, in the unit of f, and of their
/// weights w_j. A negative company is not known: nobody else's.
struct SameCompany {
  std::vector<double> sum;
  std::vector<double> weight;
};

/// Every pair within a company, in FP64. `points`: of a population, one row for each establishment; weight, company: of
/// each row, weight empty for 1; degrees: longitude and latitude of each row where distances are great circles, else
/// empty. The same bits for any number of threads.
struct CompanyRows {
  std::span<const double> x_m, y_m;
  std::span<const double> longitude_deg, latitude_deg;
  std::span<const double> weight;
  std::span<const std::int64_t> company;
};
SameCompany same_company(const CompanyRows& rows, const PairSettings& settings, int threads);

}  // namespace dscore
