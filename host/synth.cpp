#include "host/synth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "host/synth_jobs.h"
#include "host/synth_places.h"
#include "host/synth_plan.h"
#include "host/synth_random.h"
#include "kernels/error.h"

namespace dscore {
namespace {

using namespace synth;

constexpr std::int64_t kModelVersion = 1;
constexpr double kMostScale = 100;
constexpr double kBranchShare = 0.1;  // of the establishments belong to the company of an earlier one

/// x^(quarters/4) by square roots: std::pow is not the same on every platform.
double quarter_power(double x, int quarters) {
  double result = 1;
  const double root = std::sqrt(x);
  const int size = std::abs(quarters);
  for (int k = 0; k < size / 4; ++k) result *= x;
  if (size % 4 >= 2) result *= root;
  if (size % 2 == 1) result *= std::sqrt(root);
  return quarters < 0 ? 1 / result : result;
}

std::uint64_t membership_of(const Activity& activity, Side side) {
  std::uint64_t mask = 0;
  for (const int population : {activity.sector, activity.inner}) {
    if (population != kNone) mask |= std::uint64_t{1} << static_cast<unsigned>(population);
  }
  if (side != Side::neither) mask |= std::uint64_t{1} << static_cast<unsigned>(side);
  return mask;
}

/// Adds establishments cell by cell: region, activity, side.
class Builder {
 public:
  Builder(const SynthSettings& settings, Register& out)
      : settings_(settings), plan_(make_plan(settings.scale)), places_(make_places(settings.seed)), out_(out) {}

  void build() {
    reserve();
    for (std::size_t r = 0; r < kRegions; ++r) {
      for (std::size_t a = 0; a < kActivities; ++a) add(r, a);
    }
  }

 private:
  void reserve() {
    std::int64_t total = 0;
    for (std::size_t a = 0; a < kActivities; ++a) {
      for (std::size_t r = 0; r < kRegions; ++r) total += plan_.establishments_of(a, r);
    }
    const auto rows = static_cast<std::size_t>(total);
    out_.id.reserve(rows);
    out_.x_m.reserve(rows);
    out_.y_m.reserve(rows);
    out_.region.reserve(rows);
    out_.jobs.reserve(rows);
    out_.company.reserve(rows);
    out_.membership.reserve(rows);
  }

  void add(std::size_t r, std::size_t a) {
    const auto number = static_cast<std::size_t>(plan_.establishments_of(a, r));
    if (number == 0) return;
    const Activity& activity = kActivityTable[a];
    const std::size_t begin = out_.size();
    Random random(settings_.seed, 10'000 + r * kActivities + a);

    const std::vector<double> weight = cumulative_weights(places_[r], activity.gravity);
    for (std::size_t k = 0; k < number; ++k) {
      const auto at = std::upper_bound(weight.begin(), weight.end(), random.uniform() * weight.back());
      const auto place = std::min<std::size_t>(static_cast<std::size_t>(at - weight.begin()), weight.size() - 1);
      const auto id = static_cast<std::int64_t>(begin + k) + 1;
      out_.id.push_back(id);
      out_.x_m.push_back(places_[r].x_m[place]);
      out_.y_m.push_back(places_[r].y_m[place]);
      out_.region.push_back(static_cast<std::uint16_t>(r));
      out_.company.push_back(company(random, companies_[a], id));
    }
    for (std::size_t side = 0; side < kSides; ++side) {
      out_.membership.insert(out_.membership.end(), static_cast<std::size_t>(plan_.establishments[a][r][side]),
                             membership_of(activity, static_cast<Side>(side)));
    }
    out_.jobs.resize(begin + number);
    const std::span<double> jobs(out_.jobs.data() + begin, number);
    if (plan_.jobs[a][r] >= 0) {
      share_jobs(random, plan_.jobs[a][r], jobs);
    } else {
      draw_jobs(random, jobs);
    }
  }

  /// Below scale 1 a part of the postcodes is used, so that as many establishments share one as at scale 1.
  std::vector<double> cumulative_weights(const Places& places, int gravity) const {
    const auto all = static_cast<double>(places.x_m.size());
    const auto used = static_cast<std::size_t>(std::ceil(all * std::min(1.0, settings_.scale)));
    std::vector<double> cumulative;
    double sum = 0;
    for (std::size_t k = 0; k < used; ++k) {
      cumulative.push_back(sum += places.attraction[k] * quarter_power(places.nearby[k], gravity));
    }
    return cumulative;
  }

  /// Its own, or that of an earlier establishment of the activity, so that large companies grow (Yule's process).
  static std::int64_t company(Random& random, std::vector<std::int64_t>& earlier, std::int64_t own) {
    const bool branch = !earlier.empty() && random.uniform() < kBranchShare;
    earlier.push_back(branch ? earlier[random.below(earlier.size())] : own);
    return earlier.back();
  }

  SynthSettings settings_;
  Plan plan_;
  std::vector<Places> places_;
  std::array<std::vector<std::int64_t>, kActivities> companies_;
  Register& out_;
};

}  // namespace

void check(const SynthSettings& settings) {
  if (settings.seed > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    throw UsageError("--seed: " + std::to_string(settings.seed) + " is too large. Give a whole number below 2^63.");
  }
  if (!(settings.scale > 0 && settings.scale <= kMostScale)) {
    throw UsageError("--scale: " + std::to_string(settings.scale) +
                     " is out of range. Give a number above 0 and up to 100; 1 makes the Netherlands of 2011.");
  }
}

Register synthesise(const SynthSettings& settings) {
  check(settings);
  Register out;
  for (const PublishedPopulation& p : kPublishedPopulations) {
    out.populations.push_back({p.name, p.title, std::nullopt});
    if (p.benchmark != kNone) out.populations.back().benchmark = static_cast<std::size_t>(p.benchmark);
  }
  for (const PublishedRegion& r : kPublishedRegions) out.regions.push_back({r.code, r.name, r.part});
  Builder(settings, out).build();
  out.provenance.set("generator", std::string("dscore synth"));
  out.provenance.set("model_version", kModelVersion);
  out.provenance.set("seed", static_cast<std::int64_t>(settings.seed));
  out.provenance.set("scale", settings.scale);
  out.provenance.set("synthetic", std::int64_t{1});
  out.provenance.set("notice", std::string("Synthetic: made from published totals and a random model, not a register. "
                                           "No row is an existing establishment or company."));
  return out;
}

}  // namespace dscore
