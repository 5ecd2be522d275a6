// Host side of the all-pairs sum on a CUDA device: memory, launches, progress.

#include <utility>

#include "kernels/allpairs_cuda.h"
#include "kernels/allpairs_launch.cuh"
#include "kernels/cuda_support.h"

namespace dscore::cuda {
namespace {

/// Starts the kernels of run_launch(). FP32 and FP64 tile pairs are summed side by side in two streams, as both write
/// slots of their own; the reduction waits for both, and the next launch's kernels for the reduction.
class Launcher {
 public:
  template <class Kernel, class... Arguments>
  void launch(int part, Kernel kernel, std::size_t threads, int block, const Arguments&... arguments) {
    if (part == 2) {
      second_done_.record(second_);
      second_done_.hold(first_);
    }
    const auto blocks = static_cast<unsigned>((threads + block - 1) / block);
    kernel<<<blocks, block, 0, (part == 1 ? second_ : first_).get()>>>(arguments...);
    check(cudaGetLastError(), "starting a kernel");
    if (part == 2) {
      reduced_.record(first_);
      reduced_.hold(second_);
    }
  }

  /// The stream in which launches end.
  Stream& stream() { return first_; }

 private:
  Stream first_, second_;
  Event second_done_, reduced_;
};

}  // namespace

PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings, const Progress& progress,
                   const SumOptions& options) {
  PairSums sums;
  if (points.size() == 0) return sums;
  const std::vector<Tile> tiles = make_tiles(points);
  const auto tile_count = static_cast<std::uint32_t>(tiles.size());
  const std::vector<TileLaunch> launches = plan_launches(tile_count, options.symmetry, options.max_pairs);

  const PaddedPoints padded = pad(points, tiles);
  Buffer<double> x_m(padded.x_m, "locations");
  Buffer<double> y_m(padded.y_m, "locations");
  Buffer<std::uint32_t> multiplicity(padded.multiplicity, "locations");
  Buffer<Tile> device_tiles(tiles, "tiles");
  Buffer<double> total(padded.x_m.size(), "sums");
  Buffer<std::uint64_t> within(1, "counts");
  std::size_t slots = 0;
  for (const TileLaunch& launch : launches) slots = std::max(slots, launch.pairs());
  Buffer<double> row(slots * kTileSize, "partial sums");
  Buffer<double> column(slots * kTileSize, "partial sums");
  total.clear();
  within.clear();
  check(cudaDeviceSynchronize(), "preparing the device");

  const TileArrays in{x_m.get(), y_m.get(), multiplicity.get(), device_tiles.get(), tile_count};
  const Partials partials{row.get(), column.get(), within.get()};
  Launcher launcher;  // goes first, and waits for the device, when progress throws
  Event start, done[2];
  start.record(launcher.stream());
  for (std::size_t k = 0; k < launches.size(); ++k) {
    run_launch(launcher, options.symmetry, in, launches[k], settings, partials, total.get());
    done[k % 2].record(launcher.stream());
    if (k == 0) continue;
    done[(k - 1) % 2].wait();  // one launch ahead, not more: the device stays busy, an interrupt is quick
    if (progress) progress(static_cast<double>(k) / static_cast<double>(launches.size()));
  }
  launcher.stream().synchronise();
  if (options.device_s != nullptr) *options.device_s = done[(launches.size() - 1) % 2].seconds_since(start);
  if (progress) progress(1);

  sums.sum_per_m = unpad(total.to_host(), tiles);
  sums.ordered_pairs_within = within.to_host().front();
  return sums;
}

}  // namespace dscore::cuda
