#include "kernels/tree/meet_simd.h"

#include <algorithm>

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/tree/meet_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

using namespace tree;  // NOLINT(google-build-using-namespace): what this file is a part of
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

/// Squared distances from bounds are off by a few roundings.
constexpr double kSlack = 1e-12;

/// The candidates from k on whose bits are set.
HWY_INLINE void append(std::uint32_t bits, const std::uint32_t* index, std::vector<std::uint32_t>& to) {
  for (; bits != 0; bits &= bits - 1) to.push_back(index[hwy::Num0BitsBelowLS1Bit_Nonzero32(bits)]);
}

HWY_INLINE std::uint32_t bits_of(hn::Mask<D> mask) {
  const D d;
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(d, mask, bits);
  return bits[0] | std::uint32_t{bits[1]} << 8U;
}

}  // namespace

double meet_candidates(const Cell& cell, double threshold_m, const Candidates& candidates,
                       std::vector<std::uint32_t>& beyond, std::vector<std::uint32_t>& others) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const V x_min = hn::Set(d, cell.x_min);
  const V x_max = hn::Set(d, cell.x_max);
  const V y_min = hn::Set(d, cell.y_min);
  const V y_max = hn::Set(d, cell.y_max);
  const V within2 = hn::Set(d, threshold_m * threshold_m * (1 - kSlack));
  const V beyond2 = hn::Set(d, threshold_m * threshold_m * (1 + kSlack));
  const V zero = hn::Zero(d);
  V mass = zero;
  const std::size_t size = candidates.index.size();
  for (std::size_t k = 0; k < size; k += lanes) {
    const V other_x_min = hn::LoadU(d, &candidates.x_min[k]);
    const V other_x_max = hn::LoadU(d, &candidates.x_max[k]);
    const V other_y_min = hn::LoadU(d, &candidates.y_min[k]);
    const V other_y_max = hn::LoadU(d, &candidates.y_max[k]);
    const V span_x = hn::Sub(hn::Max(x_max, other_x_max), hn::Min(x_min, other_x_min));
    const V span_y = hn::Sub(hn::Max(y_max, other_y_max), hn::Min(y_min, other_y_min));
    const V gap_x = hn::Max(zero, hn::Max(hn::Sub(x_min, other_x_max), hn::Sub(other_x_min, x_max)));
    const V gap_y = hn::Max(zero, hn::Max(hn::Sub(y_min, other_y_max), hn::Sub(other_y_min, y_max)));
    const auto there = hn::FirstN(d, size - k);
    const auto is_within = hn::And(there, hn::Lt(hn::MulAdd(span_x, span_x, hn::Mul(span_y, span_y)), within2));
    const auto is_beyond = hn::And(there, hn::Gt(hn::MulAdd(gap_x, gap_x, hn::Mul(gap_y, gap_y)), beyond2));
    mass = hn::Add(mass, hn::IfThenElseZero(is_within, hn::LoadU(d, &candidates.mass[k])));
    append(bits_of(is_beyond), &candidates.index[k], beyond);
    append(bits_of(hn::AndNot(hn::Or(is_within, is_beyond), there)), &candidates.index[k], others);
  }
  return hn::GetLane(hn::SumOfLanes(d, mass));
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(meet_candidates);

namespace tree {

void Candidates::reserve(std::size_t size) {
  if (x_min.size() >= size + kSpare) return;
  const std::size_t room = 2 * size + kSpare;
  for (LargeArray<double>* const array : {&x_min, &x_max, &y_min, &y_max, &mass}) array->resize(room);
}

void Candidates::add(const std::vector<Cell>& cells, std::uint32_t cell, double mass_of_cell) {
  const std::size_t k = index.size();
  reserve(k + 1);
  const Cell& added = cells[cell];
  x_min[k] = added.x_min;
  x_max[k] = added.x_max;
  y_min[k] = added.y_min;
  y_max[k] = added.y_max;
  mass[k] = mass_of_cell;
  index.push_back(cell);
}

double meet(const Cell& cell, double threshold_m, const Candidates& candidates, std::vector<std::uint32_t>& beyond,
            std::vector<std::uint32_t>& others) {
  return HWY_DYNAMIC_DISPATCH(meet_candidates)(cell, threshold_m, candidates, beyond, others);
}

}  // namespace tree
}  // namespace dscore
#endif
