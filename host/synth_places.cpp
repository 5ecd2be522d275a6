#include "host/synth_places.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "host/synth_apportion.h"
#include "host/synth_tables.h"
#include "host/synth_towns.h"

namespace dscore::synth {
namespace {

constexpr double kTownRadius = 420;     // metres per root of a thousand inhabitants
constexpr double kRuralRadius = 5000;   // metres
constexpr double kLeastRural = 0.05;    // share of the inhabitants
constexpr double kMostAttraction = 50;  // an office building against a street of houses

// The box around the Netherlands in RD New.
constexpr double kLeastX = 10'000, kMostX = 280'000, kLeastY = 305'000, kMostY = 620'000;

struct Offset {
  double x, y;
};

/// A direction, without sines: they are not the same on every platform.
Offset random_direction(Random& random) {
  for (;;) {
    const double x = 2 * random.uniform() - 1;
    const double y = 2 * random.uniform() - 1;
    const double square = x * x + y * y;
    if (square > 1e-6 && square <= 1) return {x / std::sqrt(square), y / std::sqrt(square)};
  }
}

/// Distance from the centre, as a fraction of the radius, for a density of (1 - r^2)^3.
double town_distance(Random& random) { return std::sqrt(1 - std::sqrt(std::sqrt(random.positive()))); }

/// Draws one of the towns with the given cumulative weights.
std::size_t draw(Random& random, const std::vector<double>& cumulative) {
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform() * cumulative.back());
  return std::min<std::size_t>(static_cast<std::size_t>(at - cumulative.begin()), cumulative.size() - 1);
}

Places region_places(std::uint64_t seed, std::size_t region, std::int64_t number) {
  const std::span<const Town> all = towns_of(region);
  std::vector<double> by_inhabitants;
  std::vector<double> by_root;  // villages count for more in the country
  double inhabitants = 0;
  double root = 0;
  for (const Town& town : all) {
    by_inhabitants.push_back(inhabitants += town.inhabitants);
    by_root.push_back(root += std::sqrt(town.inhabitants));
  }
  const double rural = std::max(kLeastRural, 1 - inhabitants / kPublishedRegions[region].inhabitants);

  Random random(seed, 1000 + region);
  Places places;
  while (std::ssize(places.x_m) < number) {
    const bool in_town = random.uniform() >= rural;
    const Town& town = all[draw(random, in_town ? by_inhabitants : by_root)];
    const Offset direction = random_direction(random);
    const double distance = in_town ? kTownRadius * std::sqrt(town.inhabitants) * town_distance(random)
                                    : kRuralRadius * std::sqrt(random.uniform());
    const double x = std::floor(town.x_m + distance * direction.x + 0.5);
    const double y = std::floor(town.y_m + distance * direction.y + 0.5);
    if (x < kLeastX || x > kMostX || y < kLeastY || y > kMostY) continue;
    places.x_m.push_back(x);
    places.y_m.push_back(y);
    places.attraction.push_back(std::min(kMostAttraction, 1 / std::sqrt(random.positive())));
  }
  return places;
}

/// Counts of points in squares of 500 m, summed from the south-west, so that any window is four look-ups.
class Grid {
 public:
  explicit Grid(const std::vector<Places>& regions) : sum_(kColumns * kRows, 0) {
    for (const Places& places : regions) {
      for (std::size_t k = 0; k < places.x_m.size(); ++k) {
        ++sum_[row(places.y_m[k]) * kColumns + column(places.x_m[k])];
      }
    }
    for (std::size_t r = 1; r < kRows; ++r) {
      for (std::size_t c = 1; c < kColumns; ++c) {
        sum_[r * kColumns + c] +=
            sum_[(r - 1) * kColumns + c] + sum_[r * kColumns + c - 1] - sum_[(r - 1) * kColumns + c - 1];
      }
    }
  }
  /// Points in the window of 15 x 15 squares around a point: as large as a disc of 4.2 km.
  double nearby(double x, double y) const {
    const std::size_t left = column(x) - kReach - 1, right = column(x) + kReach;
    const std::size_t below = row(y) - kReach - 1, top = row(y) + kReach;
    return static_cast<double>(sum_[top * kColumns + right] + sum_[below * kColumns + left] -
                               sum_[below * kColumns + right] - sum_[top * kColumns + left]);
  }

 private:
  static constexpr double kSide = 500;
  static constexpr std::size_t kReach = 7;
  static constexpr std::size_t kMargin = kReach + 2;  // no window leaves the grid
  static constexpr std::size_t kColumns = static_cast<std::size_t>((kMostX - kLeastX) / kSide) + 1 + 2 * kMargin;
  static constexpr std::size_t kRows = static_cast<std::size_t>((kMostY - kLeastY) / kSide) + 1 + 2 * kMargin;
  static std::size_t column(double x) { return static_cast<std::size_t>((x - kLeastX) / kSide) + kMargin; }
  static std::size_t row(double y) { return static_cast<std::size_t>((y - kLeastY) / kSide) + kMargin; }
  std::vector<std::int64_t> sum_;
};

}  // namespace

std::vector<Places> make_places(std::uint64_t seed) {
  std::array<double, kRegions> inhabitants{};
  for (std::size_t r = 0; r < kRegions; ++r) inhabitants[r] = kPublishedRegions[r].inhabitants;
  const std::vector<std::int64_t> number = apportion(kPostcodes, inhabitants);
  std::vector<Places> regions;
  for (std::size_t r = 0; r < kRegions; ++r) regions.push_back(region_places(seed, r, number[r]));
  const Grid grid(regions);
  for (Places& places : regions) {
    for (std::size_t k = 0; k < places.x_m.size(); ++k) {
      places.nearby.push_back(grid.nearby(places.x_m[k], places.y_m[k]));
    }
  }
  return regions;
}

}  // namespace dscore::synth
