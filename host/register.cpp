#include "host/register.h"

#include <bit>
#include <cmath>
#include <string>

#include "host/score.h"
#include "kernels/error.h"

namespace dscore {

void check(const Register& input) {
  const std::size_t n = input.size();
  for (const std::size_t rows :
       {input.x_m.size(), input.y_m.size(), input.region.size(), input.jobs.size(), input.membership.size()}) {
    if (rows != n) {
      throw Error("register: a column has " + std::to_string(rows) + " rows and column id " + std::to_string(n) +
                  ". Give all columns the same length.");
    }
  }
  if (!input.company.empty() && input.company.size() != n) {
    throw Error("register: column company has " + std::to_string(input.company.size()) + " rows and column id " +
                std::to_string(n) + ". Give all columns the same length, or leave companies out.");
  }
  check_points({input.x_m, input.y_m, {}});
  for (std::size_t i = 0; i < n; ++i) {
    if (input.region[i] >= input.regions.size()) {
      throw Error("register, row " + std::to_string(i + 1) + ": region " + std::to_string(input.region[i]) +
                  " does not exist. There are " + std::to_string(input.regions.size()) + ", counted from 0.");
    }
    if (!(input.jobs[i] >= 0 && std::isfinite(input.jobs[i]))) {
      throw Error("register, row " + std::to_string(i + 1) + ": " + std::to_string(input.jobs[i]) +
                  " is not a number of jobs. Give 0 or more.");
    }
  }
  if (input.populations.size() > kMaxPopulations) {
    throw Error("register: " + std::to_string(input.populations.size()) + " populations are more than " +
                std::to_string(kMaxPopulations) + ". Split the register in two.");
  }
  for (const Population& population : input.populations) {
    if (population.benchmark && *population.benchmark >= input.populations.size()) {
      throw Error("register, population " + population.name + ": its benchmark, population " +
                  std::to_string(*population.benchmark) + " counted from 0, does not exist.");
    }
  }
}

std::vector<std::vector<std::uint32_t>> members_of(const Register& input) {
  std::vector<std::vector<std::uint32_t>> rows(input.populations.size());
  const std::uint64_t known = rows.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rows.size()) - 1;
  std::vector<std::size_t> sizes(rows.size(), 0);
  for (const std::uint64_t mask : input.membership) {
    for (std::uint64_t left = mask & known; left != 0; left &= left - 1) ++sizes[std::countr_zero(left)];
  }
  for (std::size_t p = 0; p < rows.size(); ++p) rows[p].reserve(sizes[p]);
  for (std::uint32_t i = 0; i < input.membership.size(); ++i) {
    for (std::uint64_t left = input.membership[i] & known; left != 0; left &= left - 1) {
      rows[std::countr_zero(left)].push_back(i);
    }
  }
  return rows;
}

Register rows_of(const Register& input, std::span<const std::uint32_t> rows) {
  Register some;
  some.id = gather(input.id, rows);
  some.x_m = gather(input.x_m, rows);
  some.y_m = gather(input.y_m, rows);
  some.region = gather(input.region, rows);
  some.jobs = gather(input.jobs, rows);
  if (!input.company.empty()) some.company = gather(input.company, rows);
  some.membership = gather(input.membership, rows);
  some.populations = input.populations;
  some.regions = input.regions;
  some.provenance = input.provenance;
  return some;
}

}  // namespace dscore
