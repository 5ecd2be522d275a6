#include "host/synth_apportion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace dscore::synth {
namespace {

/// Cells that can still take something; those without weight only where there are no others.
std::vector<std::size_t> open_cells(std::span<const double> weights, std::span<const std::int64_t> room) {
  std::vector<std::size_t> weighted;
  std::vector<std::size_t> unweighted;
  for (std::size_t k = 0; k < room.size(); ++k) {
    if (room[k] > 0) (weights[k] > 0 ? weighted : unweighted).push_back(k);
  }
  return weighted.empty() ? unweighted : weighted;
}

}  // namespace

std::vector<std::int64_t> apportion(std::int64_t total, std::span<const double> weights,
                                    std::span<const std::int64_t> capacity) {
  std::vector<std::int64_t> count(weights.size(), 0);
  std::vector<std::int64_t> room(capacity.begin(), capacity.end());
  std::int64_t left = total;
  const auto give = [&](std::size_t k, std::int64_t number) {
    count[k] += number;
    room[k] -= number;
    left -= number;
  };
  while (left > 0) {
    const std::vector<std::size_t> cells = open_cells(weights, room);
    double sum = 0;
    for (const std::size_t k : cells) sum += weights[k];
    const auto number = static_cast<double>(left);
    const auto share = [&](std::size_t k) {
      return sum > 0 ? number * weights[k] / sum : number / static_cast<double>(cells.size());
    };
    // Cells that would overflow are filled first, and the rest is divided anew.
    bool overflow = false;
    for (const std::size_t k : cells) {
      if (share(k) > static_cast<double>(room[k])) {
        give(k, room[k]);
        overflow = true;
      }
    }
    if (overflow) continue;
    std::vector<std::pair<double, std::size_t>> by_fraction;
    for (const std::size_t k : cells) {
      const double whole = std::floor(share(k));
      by_fraction.emplace_back(whole - share(k), k);
      give(k, static_cast<std::int64_t>(whole));
    }
    std::sort(by_fraction.begin(), by_fraction.end());  // largest fraction first, then the first cell
    for (const auto& [fraction, k] : by_fraction) {
      if (left > 0 && room[k] > 0) give(k, 1);
    }
  }
  return count;
}

std::vector<std::int64_t> apportion(std::int64_t total, std::span<const double> weights) {
  return apportion(total, weights, std::vector<std::int64_t>(weights.size(), std::numeric_limits<std::int64_t>::max()));
}

}  // namespace dscore::synth
