#pragma once
// What the units of significance take, predicted without scoring anything.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/register.h"
#include "host/significance.h"
#include "kernels/backend.h"

namespace dscore {

/// Seconds of this machine, with all of its threads.
struct SectorCosts {
  double closed_forms_s = 0;  ///< of its members; what is set up for the sector is counted here, once
  double draw_s = 0;          ///< each, when as many are made side by side as there can be
};

struct SignificanceCosts {
  double start_s = 0;                ///< once in each process: scores of all populations, proximities to all sectors
  std::vector<SectorCosts> sectors;  ///< by population; 0 for those without tests
  double bytes = 0;                  ///< of memory
};

/// rows: of each population; pool_size: of each one that has tests, else 0.
SignificanceCosts significance_costs(const Backend& backend, const SignificanceSettings& settings,
                                     const Register& input, const std::vector<std::vector<std::uint32_t>>& rows,
                                     const std::vector<std::size_t>& pool_size);

}  // namespace dscore
