#pragma once
// The settings that `score` and `run` share, their names, and the checks on them.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "host/provenance.h"
#include "host/results.h"
#include "host/summation.h"
#include "kernels/backend.h"

namespace dscore {

enum class Device { automatic, cpu, cuda };

struct Settings {
  double threshold_km = 1;
  ThresholdRule threshold_rule = ThresholdRule::cap;
  Device device = Device::automatic;
  int threads = 0;  ///< 0: all
  Method method = Method::automatic;
  double tolerance = 1e-9;             ///< of fast methods
  bool check = true;                   ///< hold fast sums against exact ones
  std::optional<Precision> precision;  ///< of the exact method, which it asks for; not given: what the tolerance allows
  int quantile_type = 7;               ///< Hyndman & Fan 1..9
  std::array<double, 2> cluster_levels = kClusterLevels;  ///< `sweep` alone sets others
  double large_share = 0.05;  ///< a region is large with at least this share of the sector's jobs
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
const char* name_of(Method method);

/// How these settings sum: the threshold in metres, and the method and precision that stand for those not given.
SumSettings sum_settings(const Settings& settings);

/// Every setting by the name of its flag, as used (`precision`, `device` and `threads` as chosen). large_share is for
/// those who have regions to record.
void record(Provenance& provenance, const Settings& settings, const std::string& device);

/// What was done: the methods used (`methods`, one name for each sum, separated by commas) and, of those that were
/// checked, the errors that were found (`check_largest_error`, `check_rms_error`, `check_s`).
void record(Provenance& provenance, const std::vector<SumReport>& sums);

}  // namespace dscore
