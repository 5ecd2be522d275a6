#include "host/significance.h"

#include "kernels/error.h"

namespace dscore {

const char* name_of(Strata strata) {
  switch (strata) {
    case Strata::none:
      return "none";
    case Strata::region:
      return "region";
    case Strata::size:
      return "size";
  }
  throw UsageError("--strata: no such strata.");
}

void check(const SignificanceSettings& settings) {
  check(settings.scores);
  if (settings.draws < 1 || settings.draws > kMostDraws) {
    throw UsageError("--draws: " + std::to_string(settings.draws) + " is not from 1 to " + std::to_string(kMostDraws) +
                     ". With m draws no p-value is below 1/(m + 1); 999 is usual.");
  }
  if (!(settings.draw_tolerance >= kSmallestTolerance && settings.draw_tolerance <= kLargestTolerance)) {
    throw UsageError("--draw-tolerance: " + decimal(settings.draw_tolerance) +
                     " cannot be kept. Give a relative error from 1e-12 to 1e-3.");
  }
}

}  // namespace dscore
