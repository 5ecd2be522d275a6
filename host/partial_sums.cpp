#include "host/partial_sums.h"

#include <cmath>
#include <utility>

#include "kernels/exact_sums.h"
#include "kernels/p3m/cloud.h"

namespace dscore {
namespace {

constexpr std::size_t kChecked = 32;  ///< locations, spread over all

}  // namespace

PartialSums::PartialSums(const Backend& backend, SumSettings settings, const MergedPoints& points)
    : backend_(backend), settings_(std::move(settings)), points_(points) {
  if (settings_.method == Method::exact || points_.size() < 2) return;
  p3m_ = backend_.make_p3m();
  plan_ = p3m::make_plan(p3m::measure(points_, backend_.threads()), settings_.pairs, settings_.tolerance, false,
                         p3m_->costs());
  const double exact_s = predicted_exact_s(points_, settings_.pairs, p3m_->costs());
  if (plan_ && plan_->predicted_s - plan_->setup_s > exact_s) plan_.reset();
  if (plan_) p3m_->set_points(points_, settings_.pairs, *plan_);
}

PartialSums::~PartialSums() = default;

std::vector<double> PartialSums::of(std::span<const std::uint32_t> multiplicity, const Progress& progress) {
  MergedPoints part;
  part.x_m = points_.x_m;
  part.y_m = points_.y_m;
  part.multiplicity.assign(multiplicity.begin(), multiplicity.end());
  while (plan_) {
    std::vector<double> sums = p3m_->execute(multiplicity, progress).sum_per_m;
    if (!settings_.check || is_good(part, sums)) return sums;
    if (!finer_) {
      plan_ = p3m::make_plan(p3m::measure(points_, backend_.threads()), settings_.pairs, settings_.tolerance, true,
                             p3m_->costs());
    } else {
      plan_.reset();
    }
    finer_ = true;
    if (plan_) p3m_->set_points(points_, settings_.pairs, *plan_);
  }
  return backend_.sum_pairs(part, settings_.pairs, progress).sum_per_m;
}

bool PartialSums::is_good(const MergedPoints& part, const std::vector<double>& sums) const {
  const std::size_t checked = std::min(kChecked, part.size());
  std::vector<std::uint32_t> targets;
  for (std::size_t k = 0; k < checked; ++k) targets.push_back(static_cast<std::uint32_t>(k * part.size() / checked));
  const std::vector<double> exact = exact_sums(part, settings_.pairs, targets, backend_.threads());
  const double at_zero = coincident_value(settings_.pairs.rule, settings_.pairs.threshold_m, settings_.pairs.decay);
  for (std::size_t k = 0; k < checked; ++k) {
    const double whole = exact[k] + part.multiplicity[targets[k]] * at_zero;
    if (!(std::fabs(sums[targets[k]] - exact[k]) <= settings_.tolerance * whole)) return false;
  }
  return true;
}

}  // namespace dscore
