#include "host/bands.h"

#include <cmath>
#include <string>

#include "host/results.h"
#include "kernels/error.h"

namespace dscore {
namespace {

void check(const GeneralPoints& points, const BandMembers& members, std::size_t regions,
           std::span<const double> edges_m) {
  const std::size_t rows = points.points.location.size();
  for (const std::size_t size : {members.region.size(), members.top.size(), members.weight.size()}) {
    if (size != 0 && size != rows) {
      throw Error("distance bands: " + std::to_string(size) + " regions, marks or weights for " + std::to_string(rows) +
                  " establishments. Give one each, or none.");
    }
  }
  for (std::size_t i = 0; i < members.region.size(); ++i) {
    if (members.region[i] >= regions) {
      throw Error("distance bands, row " + std::to_string(i + 1) + ": region " + std::to_string(members.region[i]) +
                  " does not exist. There are " + std::to_string(regions) + ", counted from 0.");
    }
  }
  for (std::size_t i = 0; i < members.weight.size(); ++i) {
    if (!(members.weight[i] >= 0 && std::isfinite(members.weight[i]))) {
      throw Error("distance bands, row " + std::to_string(i + 1) + ": " + std::to_string(members.weight[i]) +
                  " is not a weight. Give finite numbers from 0.");
    }
  }
  if (edges_m.empty() || edges_m[0] != 0) {
    throw Error("distance bands: the first edge is not 0, so that establishments at the same place are in no band.");
  }
}

/// Sums become shares of their sum.
void share(std::vector<double>& sums) {
  double whole = 0;
  for (const double sum : sums) whole += sum;
  for (double& sum : sums) sum = whole > 0 ? sum / whole : kMissing;
}

}  // namespace

BandShares band_shares(const GeneralPoints& points, const BandMembers& members, std::size_t regions,
                       const PairSettings& settings, std::span<const double> edges_m, int threads,
                       const Progress& progress) {
  check(points, members, regions, edges_m);
  const std::span<const std::uint32_t> location = points.points.location;
  const auto weight_of = [&](std::size_t i) { return members.weight.empty() ? 1.0 : members.weight[i]; };
  std::vector<double> weight(points.points.size());  // of all rows at a location
  for (std::size_t i = 0; i < location.size(); ++i) weight[location[i]] += weight_of(i);

  const BandSums sums = band_sums({points.points, weight, points.longitude_deg, points.latitude_deg}, settings, edges_m,
                                  threads, progress);
  const double at_zero = coincident_value(settings.rule, settings.threshold_m, settings.decay);
  double all = 0;
  for (std::size_t i = 0; i < location.size(); ++i) all += weight_of(i);
  BandShares shares;
  shares.all.assign(sums.bands, 0);
  shares.top = shares.all;
  shares.regions.assign(regions, shares.all);
  for (std::size_t i = 0; i < location.size(); ++i) {
    const std::size_t p = location[i];
    const double others = all - weight_of(i);  // the divisor of D
    if (!(others > 0)) continue;
    const auto add = [&](std::vector<double>& to) {
      for (std::size_t k = 0; k < sums.bands; ++k) to[k] += sums.sum_per_m[p * sums.bands + k] / others;
      to[0] += (weight[p] - weight_of(i)) * at_zero / others;  // the others at the same place
    };
    add(shares.all);
    if (!members.top.empty() && members.top[i] != 0) add(shares.top);
    if (!members.region.empty()) add(shares.regions[members.region[i]]);
  }
  share(shares.all);
  share(shares.top);
  for (std::vector<double>& region : shares.regions) share(region);
  return shares;
}

}  // namespace dscore
