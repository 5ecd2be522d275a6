#include "kernels/general_costs.h"

#include <algorithm>
#include <array>

#include "kernels/general_tiles.h"

namespace dscore {
namespace {

// Nanoseconds of a core, per unordered pair: measured on pairs of full tiles, with AVX-512 at 2.6 GHz.
constexpr double kSphere = 0.38;       // more than in the plane
constexpr double kBeyondSeries = 2.8;  // more than that, by sines and arcsines
constexpr double kInnerEdge = 0.155;   // bands: each distance that parts the pairs
constexpr double kBand = 0.145;        // and each band that is wanted of them
constexpr double kTilePair = 900;      // per pair of tiles: sums added to those of the locations
constexpr double kLook = 30;           // per pair of tiles: bounds

/// Distances in the plane, values and sums.
double value_ns(const PairSettings& settings, bool far) {
  const double a = settings.decay.parameter;
  const bool by_logarithm = a != 0.5 && a != 1 && a != 1.5 && a != 2 && a != 3;
  const bool by_root = a == 0.5 || a == 1.5;  // of 1/d
  const bool quick_roots = settings.rule != ThresholdRule::shift && (far || constant_within(settings.rule));
  if (settings.decay.shape == DecayShape::exponential) return far ? 1.3 : 1.43;
  if (by_logarithm) return far ? 2.1 : 2.6;
  if (quick_roots) return by_root ? 1.05 : far ? 0.43 : 0.66;
  return by_root ? 2.53 : 1.64;
}

double pair_ns(const GeneralTask& task, bool on_sphere) {
  double ns = value_ns(*task.settings, task.far);
  if (on_sphere) ns += kSphere;
  if (task.metric == Metric::sphere) ns += kBeyondSeries;
  const std::size_t inner = task.inner_m.size();
  if (inner > 0) ns += kInnerEdge * static_cast<double>(inner) + kBand * (task.end_wanted - task.first_wanted);
  return ns;
}

}  // namespace

double predicted_general_s(const MergedPoints& points, const PairSettings& settings, bool on_sphere,
                           std::span<const double> edges_m) {
  if (points.size() == 0) return 0;
  constexpr std::uint32_t kSampled = 64;
  const std::array whole{0.0, settings.cutoff_m};
  const std::vector<double> edges =
      edges_up_to(edges_m.empty() ? std::span<const double>(whole) : edges_m, settings.cutoff_m);
  const GeneralTiles tiles({points});
  const std::uint32_t sampled = std::min(kSampled, tiles.size());
  double ns = 0;
  for (std::uint32_t s = 0; s < sampled; ++s) {
    const auto i = static_cast<std::uint32_t>(std::uint64_t{s} * tiles.size() / sampled);
    for (std::uint32_t j = 0; j < tiles.size(); ++j) {
      const GeneralWork work = work_of(tiles, i, j, settings, edges);
      double pair = kLook;
      if (work.kind == GeneralWork::Kind::pairs) {
        pair += kTilePair + pair_ns(work.task, on_sphere) * tiles[i].box.count * tiles[j].box.count;
      }
      ns += i == j ? pair : pair / 2;  // a pair of tiles is met from either side
    }
  }
  return 1e-9 * ns * tiles.size() / sampled;
}

}  // namespace dscore
