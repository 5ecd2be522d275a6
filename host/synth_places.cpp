#include "host/synth_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "host/synth_apportion.h"
#include "host/synth_tables.h"
#include "host/synth_towns.h"
#include "kernels/curve.h"

namespace dscore::synth {
namespace {

// Lengths in metres; of towns, per root of a thousand inhabitants.
constexpr double kTownRadius = 350;
constexpr double kCentreRadius = 130;
constexpr double kCountryRadius = 6500;
constexpr double kEstateFrom = 0.8, kEstateTo = 1.6;  // of the town's radius
constexpr double kLeastRural = 0.05;                  // share of the inhabitants
constexpr double kMostAttraction = 50;                // an office building against a street of houses

// Postcodes by habitat. They only say how many points share a habitat's establishments, not how many it gets.
constexpr double kCountryPostcodes = 0.14, kCentrePostcodes = 0.09, kEstatePostcodes = 0.05, kNamedPostcodes = 0.03;

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

/// The same for an even density between two radii.
double ring_distance(Random& random, double from, double to) {
  return std::sqrt(from * from + (to * to - from * from) * random.uniform());
}

/// Draws one of the things with the given cumulative weights.
std::size_t draw(Random& random, const std::vector<double>& cumulative) {
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), random.uniform() * cumulative.back());
  return std::min<std::size_t>(static_cast<std::size_t>(at - cumulative.begin()), cumulative.size() - 1);
}

class RegionMaker {
 public:
  RegionMaker(std::uint64_t seed, std::size_t region) : towns_(towns_of(region)), random_(seed, 1000 + region) {
    double inhabitants = 0, root = 0, square = 0;
    for (const Town& town : towns_) {
      by_inhabitants_.push_back(inhabitants += town.inhabitants);
      by_root_.push_back(root += std::sqrt(town.inhabitants));  // villages count for more in the country
      by_square_.push_back(square += town.inhabitants * town.inhabitants);
    }
    const double all = kPublishedRegions[region].inhabitants;
    const double rural = std::max(kLeastRural, 1 - inhabitants / all);
    places_.size[index_of(Habitat::town)] = (1 - rural) * all;
    places_.size[index_of(Habitat::country)] = rural * all;
    places_.size[index_of(Habitat::centre)] = square / 100;
    places_.size[index_of(Habitat::estate)] = inhabitants;
    for (const NamedPlace& named : named_places()) {
      if (named.region != region) continue;
      places_.size[index_of(named.habitat)] += named.size;
      named_.push_back(&named);
    }
  }

  Places make(std::int64_t number) {
    while (std::ssize(places_.x_m) < number) add();
    sort();
    return std::move(places_);
  }

 private:
  void add() {
    double u = random_.uniform();
    const auto falls_in = [&u](double share) { return (u -= share) < 0; };
    if (falls_in(kCountryPostcodes)) {
      around(Habitat::country, by_root_, [&](double) { return kCountryRadius * ring_distance(random_, 0, 1); });
    } else if (falls_in(kCentrePostcodes)) {
      around(Habitat::centre, by_square_, [&](double root) { return kCentreRadius * root * town_distance(random_); });
    } else if (falls_in(kEstatePostcodes)) {
      around(Habitat::estate, by_inhabitants_,
             [&](double root) { return kTownRadius * root * ring_distance(random_, kEstateFrom, kEstateTo); });
    } else if (falls_in(kNamedPostcodes) && !named_.empty()) {
      in_named_place();
    } else {
      around(Habitat::town, by_inhabitants_, [&](double root) { return kTownRadius * root * town_distance(random_); });
    }
  }

  /// A point around a town; `distance` is drawn for the root of its inhabitants.
  template <class Distance>
  void around(Habitat habitat, const std::vector<double>& weights, Distance distance) {
    const Town& town = towns_[draw(random_, weights)];
    put(habitat, town.x_m, town.y_m, distance(std::sqrt(town.inhabitants)));
  }

  /// All named places of a habitat count by size, all habitats alike.
  void in_named_place() {
    const Habitat habitat = named_[random_.below(named_.size())]->habitat;
    double left = random_.uniform() * places_.size[index_of(habitat)];
    const NamedPlace* chosen = nullptr;
    for (const NamedPlace* named : named_) {
      if (named->habitat != habitat) continue;
      chosen = named;
      if ((left -= named->size) < 0) break;
    }
    put(habitat, chosen->x_m, chosen->y_m, chosen->radius_m * ring_distance(random_, 0, 1));
  }

  void put(Habitat habitat, double x_m, double y_m, double distance) {
    const Offset direction = random_direction(random_);
    const double x = std::floor(x_m + distance * direction.x + 0.5);
    const double y = std::floor(y_m + distance * direction.y + 0.5);
    if (x < kLeastX || x > kMostX || y < kLeastY || y > kMostY) return;
    places_.x_m.push_back(x);
    places_.y_m.push_back(y);
    places_.habitat.push_back(habitat);
    places_.attraction.push_back(std::min(kMostAttraction, 1 / std::sqrt(random_.positive())));
  }

  void sort() {
    constexpr double kCell = 10;  // metres: 2^16 of them are enough for the country
    std::vector<std::pair<std::uint32_t, std::size_t>> order;
    for (std::size_t k = 0; k < places_.x_m.size(); ++k) {
      const auto cell = [](double metres) { return static_cast<std::uint32_t>(metres / kCell); };
      order.emplace_back(curve_key(cell(places_.x_m[k]), cell(places_.y_m[k])), k);
    }
    std::sort(order.begin(), order.end());
    const auto arrange = [&](auto& column) {
      auto sorted = column;
      for (std::size_t k = 0; k < order.size(); ++k) sorted[k] = column[order[k].second];
      column = std::move(sorted);
    };
    arrange(places_.x_m);
    arrange(places_.y_m);
    arrange(places_.habitat);
    arrange(places_.attraction);
  }

  std::span<const Town> towns_;
  std::vector<double> by_inhabitants_, by_root_, by_square_;  // cumulative
  std::vector<const NamedPlace*> named_;
  Random random_;
  Places places_;
};

}  // namespace

std::vector<Places> make_places(std::uint64_t seed, double scale, std::span<const std::size_t> fewest) {
  std::array<double, kRegions> inhabitants{};
  for (std::size_t r = 0; r < kRegions; ++r) inhabitants[r] = kPublishedRegions[r].inhabitants;
  const std::vector<std::int64_t> number = apportion(kPostcodes, inhabitants);
  std::vector<Places> regions;
  for (std::size_t r = 0; r < kRegions; ++r) {
    const auto used = static_cast<std::int64_t>(std::ceil(static_cast<double>(number[r]) * std::min(1.0, scale)));
    const auto least = fewest.empty() ? 0 : static_cast<std::int64_t>(fewest[r]);
    regions.push_back(RegionMaker(seed, r).make(std::max(used, least)));
  }
  return regions;
}

std::vector<double> cumulative_weights(const Places& places, const ByHabitat<double>& kind) {
  ByHabitat<double> attraction{};
  const std::size_t points = places.x_m.size();
  for (std::size_t k = 0; k < points; ++k) attraction[index_of(places.habitat[k])] += places.attraction[k];
  ByHabitat<double> weight{};
  double total = 0;
  for (std::size_t h = 0; h < kHabitats; ++h) {
    if (attraction[h] > 0) total += weight[h] = kind[h] * places.size[h];
  }
  std::vector<double> cumulative;
  cumulative.reserve(points);
  double sum = 0;
  for (std::size_t k = 0; k < points; ++k) {
    const std::size_t h = index_of(places.habitat[k]);
    // Of few points none may be in a habitat of the kind: then all are alike.
    sum += total > 0 ? weight[h] / total * (places.attraction[k] / attraction[h]) : 1 / static_cast<double>(points);
    cumulative.push_back(sum);
  }
  return cumulative;
}

}  // namespace dscore::synth
