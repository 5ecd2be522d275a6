// Host side of the all-pairs sum on CUDA devices: memory, launches, progress. One host thread feeds all devices.

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "kernels/allpairs_cuda.h"
#include "kernels/allpairs_launch.cuh"
#include "kernels/cuda_devices.h"
#include "kernels/cuda_support.h"
#include "kernels/shares.h"

namespace dscore::cuda {
namespace {

/// Shares that a device works on at a time: while the last warps of one launch finish, others fill the device.
constexpr std::size_t kLanesPerDevice = 4;

/// One set of locations as the host has it: padded when first needed, so that the first share starts early.
class HostSet {
 public:
  explicit HostSet(const MergedPoints& points) : points_(points), tiles_(make_tiles(points)) {}

  const std::vector<Tile>& tiles() const { return tiles_; }
  const PaddedPoints& padded() {
    if (!padded_) padded_ = pad(points_, tiles_);
    return *padded_;
  }
  SharesTotal& total() { return total_; }

 private:
  const MergedPoints& points_;
  std::vector<Tile> tiles_;
  std::optional<PaddedPoints> padded_;
  SharesTotal total_;
};

/// The same in the memory of a device.
class DeviceSet {
 public:
  explicit DeviceSet(HostSet& set)
      : x_m_(set.padded().x_m, "locations"),
        y_m_(set.padded().y_m, "locations"),
        multiplicity_(set.padded().multiplicity, "locations"),
        tiles_(set.tiles(), "tiles") {}

  TileArrays arrays() const {
    return {x_m_.get(), y_m_.get(), multiplicity_.get(), tiles_.get(), static_cast<std::uint32_t>(tiles_.size())};
  }

 private:
  Buffer<double> x_m_, y_m_;
  Buffer<std::uint32_t> multiplicity_;
  Buffer<Tile> tiles_;
};

/// What all lanes work on. Devices are told by their place in the list, in which one may stand twice.
struct Batch {
  PairSettings settings;
  Symmetry symmetry = Symmetry::symmetric;
  std::deque<HostSet> sets;
  std::map<std::pair<std::size_t, std::size_t>, DeviceSet> on_devices;

  TileArrays on_device(std::size_t place, std::size_t set) {
    return on_devices.try_emplace({place, set}, sets[set]).first->second.arrays();
  }
};

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
  /// Has the second stream wait for what is in the first.
  void join() {
    reduced_.record(first_);
    reduced_.hold(second_);
  }
  /// The stream in which launches begin and end.
  Stream& stream() { return first_; }

 private:
  Stream first_, second_;
  Event second_done_, reduced_;
};

/// Works on one share at a time (kernels/shares.h), with partial sums and a total of its own.
class Lane {
 public:
  /// The thread's device must be `device`. Sizes are the largest of any share.
  Lane(int device, std::size_t place, Batch& batch, std::size_t slots, std::size_t locations)
      : device_(device),
        place_(place),
        batch_(batch),
        row_(slots * kTileSize, "partial sums"),
        column_(slots * kTileSize, "partial sums"),
        total_(locations, "sums"),
        within_(1, "counts") {
    synchronise_thread();
  }

  void begin(const Share& share) {
    const OnDevice here(device_);
    in_ = batch_.on_device(place_, share.set);
    total_.clear(launcher_.stream().get());
    within_.clear(launcher_.stream().get());
    launcher_.join();
    if (started_ == 0) start_.record(launcher_.stream());
  }

  void launch(const Share&, const TileLaunch& launch) {
    const OnDevice here(device_);
    if (started_ >= 2) done_[started_ % 2].wait();  // one launch ahead, not more: an interrupt is quick
    run_launch(launcher_, batch_.symmetry, in_, launch, batch_.settings,
               Partials{row_.get(), column_.get(), within_.get()}, total_.get());
    done_[started_++ % 2].record(launcher_.stream());
  }

  void finish(const Share& share) {
    const OnDevice here(device_);
    const cudaStream_t stream = launcher_.stream().get();
    std::vector<double> total = total_.to_host(std::size_t(in_.tile_count) * kTileSize, stream);
    batch_.sets[share.set].total().add(share.index, std::move(total), within_.to_host(1, stream).front());
  }

  std::size_t place() const { return place_; }
  const Event& start() const { return start_; }
  /// Seconds from a point on the same device to the end of the last launch.
  double seconds_since(const Event& start) const { return done_[(started_ - 1) % 2].seconds_since(start); }

 private:
  int device_;
  std::size_t place_;
  Batch& batch_;
  Buffer<double> row_, column_, total_;
  Buffer<std::uint64_t> within_;
  TileArrays in_{};
  std::size_t started_ = 0;  ///< launches
  Event start_, done_[2];
  Launcher launcher_;  // goes first, and waits for the device, when anything throws
};

/// The time that the busiest device took.
double device_seconds(const std::deque<Lane>& lanes) {
  double most = 0;
  for (const Lane& lane : lanes) {
    const auto of_device = [&](const Lane& other) { return other.place() == lane.place(); };
    const Lane& first = *std::find_if(lanes.begin(), lanes.end(), of_device);  // the device's earliest
    most = std::max(most, lane.seconds_since(first.start()));
  }
  return most;
}

}  // namespace

std::vector<PairSums> sum_pairs(std::span<const MergedPoints* const> sets, const PairSettings& settings,
                                const Progress& progress, const SumOptions& options) {
  const std::vector<int> devices = options.devices.empty() ? usable_devices() : options.devices;
  if (devices.empty()) throw Error("CUDA: " + cuda_unusable_because());
  Batch batch{settings, options.symmetry, {}, {}};
  std::vector<std::vector<ShareLaunches>> plans;
  std::size_t slots = 0;
  std::size_t tiles = 0;
  for (const MergedPoints* points : sets) {
    const HostSet& set = batch.sets.emplace_back(*points);
    plans.push_back(plan_shares(static_cast<std::uint32_t>(set.tiles().size()), options.symmetry, options.cut));
    tiles = std::max(tiles, set.tiles().size());
    for (const ShareLaunches& share : plans.back()) {
      for (const TileLaunch& launch : share) slots = std::max(slots, launch.pairs());
    }
  }
  const std::vector<Share> shares = deal_order(plans);

  std::deque<Lane> lanes;
  for (std::size_t l = 0; l < std::min(devices.size() * kLanesPerDevice, shares.size()); ++l) {
    const std::size_t place = l % devices.size();
    const OnDevice here(devices[place]);
    lanes.emplace_back(devices[place], place, batch, slots, tiles * kTileSize);
  }
  run_shares(lanes, shares, progress);
  if (options.device_s != nullptr) *options.device_s = device_seconds(lanes);

  std::vector<PairSums> sums;
  for (HostSet& set : batch.sets) {
    sums.push_back({unpad(set.total().sum(), set.tiles()), set.total().ordered_pairs_within()});
  }
  return sums;
}

PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings, const Progress& progress,
                   const SumOptions& options) {
  const MergedPoints* const set = &points;
  return std::move(sum_pairs(std::span(&set, 1), settings, progress, options).front());
}

}  // namespace dscore::cuda
