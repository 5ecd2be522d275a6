#pragma once
// A register that is changed for a sensitivity analysis: establishments moved or left out, other benchmarks.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "host/register.h"

namespace dscore {

/// The establishments of a region, moved as they stand to each other: by a vector, metres. Whole metres, so that
/// registers of whole metres stay so.
struct MoveRegion {
  std::size_t region = 0;
  double dx_m = 0, dy_m = 0;
};

/// Without the establishments of a region, of a company, or nearer than a radius to a place (a town).
struct WithoutRegion {
  std::size_t region = 0;
};
struct WithoutCompany {
  std::int64_t company = 0;
};
struct WithoutCircle {
  double x_m = 0, y_m = 0, radius_m = 0;
};

/// A share of all establishments, drawn without replacement: the `repeat`-th such draw of a seed.
struct Subsample {
  double share = 0.5;
  std::uint64_t seed = 0;
  std::uint64_t repeat = 0;
};

/// Another benchmark for every population that has one.
struct OtherBenchmark {
  enum class Of {
    population,  ///< that of another population
    everything,  ///< all establishments of the register
    others       ///< its benchmark's members that are not its own
  };
  Of of = Of::population;
  std::size_t population = 0;
};

/// std::monostate: nothing is changed.
using Change =
    std::variant<std::monostate, MoveRegion, WithoutRegion, WithoutCompany, WithoutCircle, Subsample, OtherBenchmark>;

/// Towards the centre (factor below 1) or away from it, along the line from it to the region's own centre, the mean of
/// its establishments: by (factor - 1) times that line, to whole metres. Throws Error where the region has nobody.
MoveRegion moved_along_line(const Register& input, std::size_t region, double centre_x_m, double centre_y_m,
                            double factor);

/// A changed register, and where its rows come from. Populations of the input come first, in their order; benchmarks
/// that were made for the change come behind them.
struct ChangedRegister {
  Register input;
  std::vector<std::uint32_t> row;  ///< in the original register, of each establishment; empty: all, in order
};

/// Why a change cannot be made (nobody would be left, companies are not known, too many populations); empty if it can.
std::string fault_of(const Change& change, const Register& input);

/// Throws Error where nobody would be left, or where there would be more than kMaxPopulations.
ChangedRegister changed_register(const Change& change, const Register& input);

}  // namespace dscore
