#include "host/synth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "host/settings.h"
#include "host/synth_jobs.h"
#include "host/synth_kinds.h"
#include "host/synth_places.h"
#include "host/synth_plan.h"
#include "host/synth_random.h"
#include "kernels/error.h"

namespace dscore {
namespace {

using namespace synth;

constexpr std::int64_t kModelVersion = 2;
constexpr double kMostScale = 100;
constexpr double kBranchShare = 0.1;  // of the establishments belong to the company of an earlier one

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
  Builder(const SynthSettings& settings, const GivenPlaces* given, Register& out)
      : settings_(settings), plan_(make_plan(settings.scale)), out_(out) {
    if (given == nullptr) {
      places_ = make_places(settings.seed, settings.scale);
    } else {
      places_ = make_places(settings.seed, settings.scale, points_for(*given, kRegions));
      move_to(*given, places_);
    }
  }

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
    if (number == 0 || places_[r].x_m.empty()) return;
    const Activity& activity = kActivityTable[a];
    const std::size_t begin = out_.size();
    Random random(settings_.seed, 10'000 + r * kActivities + a);

    const std::vector<double> weight = weights_of(activity, places_[r]);
    for (std::size_t side = 0; side < kSides; ++side) {
      const std::uint64_t membership = membership_of(activity, static_cast<Side>(side));
      const auto members = static_cast<std::size_t>(plan_.establishments[a][r][side]);
      for (const std::size_t place : spread(random, members, weight)) {
        const auto id = static_cast<std::int64_t>(out_.size()) + 1;
        out_.id.push_back(id);
        out_.x_m.push_back(places_[r].x_m[place]);
        out_.y_m.push_back(places_[r].y_m[place]);
        out_.region.push_back(static_cast<std::uint16_t>(r));
        out_.company.push_back(company(random, companies_[a], id));
        out_.membership.push_back(membership);
      }
    }
    out_.jobs.resize(begin + number);
    const std::span<double> jobs(out_.jobs.data() + begin, number);
    if (plan_.jobs[a][r] >= 0) {
      share_jobs(random, plan_.jobs[a][r], jobs);
    } else {
      draw_jobs(random, jobs);
    }
  }

  static std::vector<double> weights_of(const Activity& activity, const Places& places) {
    const auto weights = [&](Kind kind) {
      return cumulative_weights(places, kKindTable[static_cast<std::size_t>(kind)]);
    };
    std::vector<double> cumulative = weights(activity.kind);
    if (activity.other > 0) {
      const std::vector<double> other = weights(activity.other_kind);
      for (std::size_t k = 0; k < other.size(); ++k) cumulative[k] += activity.other * (other[k] - cumulative[k]);
    }
    return cumulative;
  }

  /// Places for a number of establishments: a systematic sample along the curve on which the places lie. So every part
  /// of a region gets its share, and the scores of a small sector hang less on the luck of the draw.
  static std::vector<std::size_t> spread(Random& random, std::size_t number, const std::vector<double>& cumulative) {
    std::vector<std::size_t> places;
    places.reserve(number);
    const double start = random.uniform();
    std::size_t place = 0;
    for (std::size_t k = 0; k < number; ++k) {
      const double at = (static_cast<double>(k) + start) / static_cast<double>(number) * cumulative.back();
      while (place + 1 < cumulative.size() && cumulative[place] <= at) ++place;
      places.push_back(place);
    }
    return places;
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
    throw UsageError("--scale: " + decimal(settings.scale) +
                     " is out of range. Give a number above 0 and up to 100; 1 makes the Netherlands of 2011.");
  }
}

namespace {

Register make(const SynthSettings& settings, const GivenPlaces* given) {
  check(settings);
  Register out;
  for (const PublishedPopulation& p : published().populations) {
    out.populations.push_back({p.name, p.title, std::nullopt});
    if (p.benchmark != kNone) out.populations.back().benchmark = static_cast<std::size_t>(p.benchmark);
  }
  out.regions = synth_regions();
  Builder(settings, given, out).build();
  out.provenance.set("generator", std::string("dscore synth"));
  out.provenance.set("model_version", kModelVersion);
  out.provenance.set("seed", static_cast<std::int64_t>(settings.seed));
  out.provenance.set("scale", settings.scale);
  out.provenance.set("synthetic", std::int64_t{1});
  out.provenance.set("notice", std::string("Synthetic: made from published totals and a random model, not a register. "
                                           "No row is an existing establishment or company."));
  return out;
}

void refuse_empty(const Register& made) {
  std::uint64_t any = 0;
  for (const std::uint64_t mask : made.membership) any |= mask;
  for (std::size_t p = 0; p < made.populations.size(); ++p) {
    if ((any >> p & 1U) != 0) continue;
    throw Error("the regions that have places are left with no establishment of " + made.populations[p].name +
                ". Give places in more regions, or a larger --scale.");
  }
}

}  // namespace

std::vector<Region> synth_regions() {
  std::vector<Region> regions;
  regions.reserve(kRegions);
  for (const PublishedRegion& r : kPublishedRegions) regions.push_back({r.code, r.name, r.part});
  return regions;
}

Register synthesise(const SynthSettings& settings) { return make(settings, nullptr); }

Register synthesise(const SynthSettings& settings, const GivenPlaces& places) {
  Register made = make(settings, &places);
  refuse_empty(made);
  return made;
}

}  // namespace dscore
