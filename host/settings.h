#pragma once
// The settings that commands which score share, their names, and the checks on them.

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

/// How far establishments are from each other.
enum class Distance {
  plane,        ///< straight lines in RD New
  great_circle  ///< on a sphere (kernels/sphere.h), after going back to longitude and latitude
};

/// What a neighbour counts as.
enum class Neighbours {
  establishments,  ///< 1
  jobs             ///< its jobs: D is then the mean over the jobs elsewhere
};

struct Settings {
  double threshold_km = 1;
  ThresholdRule threshold_rule = ThresholdRule::cap;
  Decay decay;                      ///< of the distance in km: its rate, if it has one, is in 1/km
  std::optional<double> cutoff_km;  ///< pairs from this distance on contribute 0
  Distance distance = Distance::plane;
  ToDegrees to_degrees;  ///< what great circles need: RD New to degrees (io/projection.h)
  Neighbours neighbours = Neighbours::establishments;
  bool other_companies = false;  ///< neighbours of the same company do not count
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

/// "power:1", "exponential:0.1" (1/km), as parse_decay reads it.
std::string name_of(const Decay& decay);
/// Throws Error saying what is wrong with the text.
Decay parse_decay(const std::string& text);

const char* name_of(ThresholdRule rule);
const char* name_of(Distance distance);
const char* name_of(Neighbours neighbours);
const char* name_of(Device device);
const char* name_of(Precision precision);
const char* name_of(Method method);

/// How these settings sum: lengths in metres, and the method and precision that stand for those not given.
SumSettings sum_settings(const Settings& settings);

/// The unit of scores: "1/km", "1/km^2", or "1" for exponential decay.
std::string unit_of(const Decay& decay);

/// Every setting by the name of its flag, as used (`precision`, `device` and `threads` as chosen). large_share is for
/// those who have regions to record.
void record(Provenance& provenance, const Settings& settings, const std::string& device);

/// What was done: the methods used (`methods`, one name for each sum, separated by commas) and, of those that were
/// checked, the errors that were found (`check_largest_error`, `check_rms_error`, `check_s`).
void record(Provenance& provenance, const std::vector<SumReport>& sums);

}  // namespace dscore
