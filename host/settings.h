#pragma once
// The settings that `score` and `run` share, their names, and the checks on them.

#include <optional>
#include <string>

#include "host/provenance.h"
#include "kernels/backend.h"

namespace dscore {

enum class Device { automatic, cpu, cuda };

struct Settings {
  double threshold_km = 1;
  ThresholdRule threshold_rule = ThresholdRule::cap;
  Device device = Device::automatic;
  int threads = 0;                     ///< 0: all
  std::optional<Precision> precision;  ///< not given: double on the CPU, mixed on a GPU
  int quantile_type = 7;               ///< Hyndman & Fan 1..9
  double large_share = 0.05;           ///< a region is large with at least this share of the sector's jobs
};

/// Smallest threshold. Squares of distances stay far inside the range of numbers, and no data are finer.
inline constexpr double kMinThresholdKm = 1e-9;

/// For messages: the shortest decimal that reads back as the same double.
std::string decimal(double value);

/// Throws UsageError naming the first setting out of its range.
void check(const Settings& settings);

/// The threshold in metres as the user meant it: the decimal number times 1,000, not the rounding error of the product.
double threshold_m(double threshold_km);

const char* name_of(ThresholdRule rule);
const char* name_of(Device device);
const char* name_of(Precision precision);

/// Every setting by the name of its flag, as used (`precision`, `device` and `threads` as chosen). large_share is for
/// those who have regions to record.
void record(Provenance& provenance, const Settings& settings, Precision precision, const std::string& device);

}  // namespace dscore
