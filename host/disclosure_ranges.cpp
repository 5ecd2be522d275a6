#include "host/disclosure_ranges.h"

#include <algorithm>
#include <limits>

namespace dscore::disclosure {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr int kMostSweeps = 200;  // bounds that creep on and on are left where they are: too wide, by little

using Ranges = std::vector<std::vector<Range>>;

/// Before anything is deduced: what the log tells.
Range told(const Sums& cell, Why why, const DisclosureRules& rules, double Sums::*measure) {
  if (why == Why::shown) return {cell.*measure, cell.*measure};
  if (measure == &Sums::jobs || why == Why::follows) return {0, kUnbounded};
  const auto minimum = static_cast<double>(rules.minimum_establishments);
  if (why == Why::small_count) return {rules.show_empty_cells ? 1.0 : 0.0, minimum - 1};
  return {cell.establishments < minimum ? 0 : minimum, kUnbounded};
}

/// Moves bounds inwards, and remembers that it did.
struct Tighten {
  bool moved = false;

  void low(Range& range, double bound) {
    bound = std::min(bound, range.high);  // sums of floating-point numbers may cross by a rounding
    if (bound > range.low) range.low = bound, moved = true;
  }
  void high(Range& range, double bound) {
    bound = std::max(bound, range.low);
    if (bound < range.high) range.high = bound, moved = true;
  }
};

/// The sum of the bounds of a row, of which one can be left out even if it is infinite.
class BoundSum {
 public:
  void add(double bound) { bound == kUnbounded ? ++unbounded_ : sum_ += bound; }
  double without(double bound) const {
    if (bound == kUnbounded) return unbounded_ > 1 ? kUnbounded : sum_;
    return unbounded_ > 0 ? kUnbounded : sum_ - bound;
  }

 private:
  double sum_ = 0;
  int unbounded_ = 0;
};

void add_up(std::vector<Range>& row, double total, const std::vector<Why>& why, Tighten& tighten) {
  BoundSum lows, highs;
  for (const Range& range : row) lows.add(range.low), highs.add(range.high);
  for (std::size_t r = 0; r < row.size(); ++r) {
    if (why[r] == Why::shown) continue;
    const Range before = row[r];
    tighten.high(row[r], total - lows.without(before.low));
    tighten.low(row[r], total - highs.without(before.high));
  }
}

void contain(Ranges& ranges, const Family& family, const Hiding& hiding, std::size_t r, Tighten& tighten) {
  double low = 0;
  for (const std::size_t part : family.parts) low += ranges[part][r].low;
  if (hiding[family.whole][r] != Why::shown) tighten.low(ranges[family.whole][r], low);
  for (const std::size_t part : family.parts) {
    if (hiding[part][r] == Why::shown) continue;
    tighten.high(ranges[part][r], ranges[family.whole][r].high - (low - ranges[part][r].low));
  }
}

}  // namespace

std::vector<std::vector<Range>> deduced_ranges(const SumTable& table, const Hiding& hiding,
                                               const DisclosureRules& rules, double Sums::*measure, bool use_totals) {
  const auto measured = [&](std::size_t row) { return measure == &Sums::establishments || table.rows[row].has_jobs; };
  Ranges ranges(table.rows.size());
  for (std::size_t k = 0; k < table.rows.size(); ++k) {
    for (std::size_t r = 0; r < table.regions; ++r) {
      ranges[k].push_back(told(table.rows[k].cells[r], hiding[k][r], rules, measure));
    }
  }
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    Tighten tighten;
    for (const Family& family : table.families) {
      if (!measured(family.whole) || !measured(family.parts.front())) continue;
      for (std::size_t r = 0; r < table.regions; ++r) contain(ranges, family, hiding, r, tighten);
    }
    for (std::size_t k = 0; use_totals && k < table.rows.size(); ++k) {
      if (!measured(k) || hiding[k][table.regions] != Why::shown) continue;
      add_up(ranges[k], table.rows[k].cells[table.regions].*measure, hiding[k], tighten);
    }
    if (!tighten.moved) break;
  }
  return ranges;
}

}  // namespace dscore::disclosure
