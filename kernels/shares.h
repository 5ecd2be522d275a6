#pragma once
// Shares of sums dealt to the lanes of devices. Plain C++: the CUDA launcher and the emulated tests share it, so that
// the tests see what any number of devices makes of the bits.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "kernels/backend.h"
#include "kernels/launch_plan.h"

namespace dscore {

/// One share of the sum over one set of locations.
struct Share {
  std::size_t set = 0;
  std::uint32_t index = 0;  ///< among the shares of its set
  ShareLaunches launches;

  std::size_t pairs() const {
    std::size_t sum = 0;
    for (const TileLaunch& launch : launches) sum += launch.pairs();
    return sum;
  }
};

/// The shares of all sets, large ones first, so that small ones fill what is left at the end.
inline std::vector<Share> deal_order(const std::vector<std::vector<ShareLaunches>>& plans) {
  std::vector<Share> shares;
  for (std::size_t set = 0; set < plans.size(); ++set) {
    for (std::uint32_t k = 0; k < plans[set].size(); ++k) shares.push_back({set, k, plans[set][k]});
  }
  std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) { return a.pairs() > b.pairs(); });
  return shares;
}

/// Adds the totals of a set's shares in the order of the shares, in whatever order they come.
class SharesTotal {
 public:
  void add(std::uint32_t index, std::vector<double> total, std::uint64_t ordered_pairs_within) {
    within_ += ordered_pairs_within;
    waiting_.emplace(index, std::move(total));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; first = waiting_.begin()) {
      if (next_++ == 0) {
        sum_ = std::move(first->second);
      } else {
        for (std::size_t p = 0; p < sum_.size(); ++p) sum_[p] += first->second[p];
      }
      waiting_.erase(first);
    }
  }
  /// Of the shares 0, 1, ... that have come without a gap.
  const std::vector<double>& sum() const { return sum_; }
  std::uint64_t ordered_pairs_within() const { return within_; }

 private:
  std::vector<double> sum_;
  std::uint64_t within_ = 0;
  std::uint32_t next_ = 0;
  std::map<std::uint32_t, std::vector<double>> waiting_;
};

/// Deals the shares to the lanes in turn, one launch at a time. A lane works by itself and has
///   begin(share)            before the first launch of a share
///   launch(share, launch)   starts one; first waits until all but one of those it started before are done
///   finish(share)           after the last launch: waits, and hands in the total
/// The order of the calls does not depend on time. `progress` is called between them with the fraction started.
template <class Lanes>
void run_shares(Lanes& lanes, const std::vector<Share>& shares, const Progress& progress) {
  struct Work {
    const Share* share = nullptr;
    std::size_t next = 0;  ///< launch
  };
  std::vector<Work> work(lanes.size());
  double all = 0;
  for (const Share& share : shares) all += static_cast<double>(share.pairs());
  double started = 0;
  std::size_t next = 0;
  for (bool busy = true; busy;) {
    busy = false;
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      auto& [share, at] = work[l];
      if (share != nullptr && at == share->launches.size()) {
        lanes[l].finish(*share);
        share = nullptr;
      }
      if (share == nullptr) {
        if (next == shares.size()) continue;
        share = &shares[next++];
        at = 0;
        lanes[l].begin(*share);
      }
      busy = true;
      const TileLaunch& launch = share->launches[at++];
      lanes[l].launch(*share, launch);
      started += static_cast<double>(launch.pairs());
      if (progress && started < all) progress(started / all);
    }
  }
  if (progress) progress(1);
}

}  // namespace dscore
