#include "host/sweep_results.h"

#include <cmath>

namespace dscore {

SumsOverall sums_overall(const SweepResults& results) {
  SumsOverall overall;
  for (const SettingResult& setting : results.settings) {
    for (const SumsTaken& taken : setting.sums) {
      ++overall.sums;
      overall.exact += taken.exact;
      overall.fell_back += taken.fell_back;
      overall.largest_error = std::fmax(overall.largest_error, taken.largest_error);  // missing where both are
    }
  }
  return overall;
}

}  // namespace dscore
