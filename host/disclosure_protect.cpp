#include "host/disclosure_protect.h"

#include <algorithm>
#include <utility>

#include "host/disclosure_ranges.h"

namespace dscore::disclosure {
namespace {

Sums& operator+=(Sums& sums, const Sums& more) {
  sums.establishments += more.establishments;
  sums.jobs += more.jobs;
  sums.largest += more.largest;  // as if one company were the largest everywhere
  return sums;
}

class Protection {
 public:
  Protection(const SumTable& table, const DisclosureRules& rules)
      : table_(table),
        rules_(rules),
        minimum_(static_cast<double>(rules.minimum_establishments)),
        nation_(table.regions),
        hiding_(table.rows.size(), std::vector<Why>(table.regions + 1, Why::shown)) {
    for (std::size_t k = 0; k < table.rows.size(); ++k) lines_.push_back({k, {}});
    lines_.insert(lines_.end(), table.families.begin(), table.families.end());
  }

  Hiding run() {
    hide_by_rule();
    // Cells are only ever added, so this ends; at the latest with everything hidden.
    do {
      changed_ = false;
      follow();
      for (const Family& line : lines_) {
        while (mend(line)) follow();
      }
      if (!changed_) widen(&Sums::establishments, false);
      if (!changed_) widen(&Sums::jobs, false);
      if (!changed_) widen(&Sums::establishments, true);
      if (!changed_) widen(&Sums::jobs, true);
    } while (changed_);
    return std::move(hiding_);
  }

 private:
  bool shown(std::size_t row, std::size_t column) const { return hiding_[row][column] == Why::shown; }
  const Sums& cell(std::size_t row, std::size_t column) const { return table_.rows[row].cells[column]; }

  void hide(std::size_t row, std::size_t column, Why why) {
    if (!shown(row, column)) return;
    hiding_[row][column] = why;
    changed_ = true;
  }
  void hide_all(std::size_t row) {
    for (std::size_t c = 0; c <= nation_; ++c) hide(row, c, Why::secondary);
  }

  /// Nobody in the nation is above the bound: a zero everywhere, which hides nothing and is hidden nowhere.
  bool always_shown(std::size_t row) const {
    const std::size_t parent = table_.rows[row].parent;
    return parent != kNone && shown(parent, nation_) && rules_.show_empty_cells &&
           cell(row, nation_).establishments == 0;
  }

  bool dominated(const Sums& sums) const { return sums.jobs <= 0 || sums.largest > rules_.dominance * sums.jobs; }

  /// Whether the rules allow a cell with these sums to be seen.
  Why verdict(const Sums& sums, bool has_jobs) const {
    if (sums.establishments == 0) return rules_.show_empty_cells ? Why::shown : Why::small_count;
    if (sums.establishments < minimum_) return Why::small_count;
    return has_jobs && rules_.check_dominance && dominated(sums) ? Why::dominance : Why::shown;
  }

  void hide_by_rule() {
    for (std::size_t k = 0; k < table_.rows.size(); ++k) {
      if (always_shown(k)) continue;
      for (std::size_t c = 0; c <= nation_; ++c) hide(k, c, verdict(cell(k, c), table_.rows[k].has_jobs));
      if (!shown(k, nation_)) hide_all(k);
    }
  }

  /// Hides what is hidden with something else.
  void follow() {
    for (std::size_t c = 0; c <= nation_; ++c) {
      const auto& linked = table_.linked;
      if (std::any_of(linked.begin(), linked.end(), [&](auto p) { return !shown(p, c); })) {
        for (const std::size_t p : linked) hide(p, c, Why::secondary);
      }
      for (std::size_t k = 0; k < table_.rows.size(); ++k) {
        const std::size_t parent = table_.rows[k].parent;
        if (parent != kNone && !shown(parent, c) && !always_shown(k)) hide(k, c, Why::follows);
      }
    }
  }

  /// A line is a row, or what is left of a family. Its cell is hidden where anything it is computed from is.
  std::size_t hidden_parts(const Family& line, std::size_t column) const {
    std::size_t hidden = shown(line.whole, column) ? 0 : 1;
    for (const std::size_t part : line.parts) hidden += shown(part, column) ? 0 : 1;
    return hidden;
  }
  Sums left(const Family& line, std::size_t column) const {
    Sums sums = cell(line.whole, column);
    for (const std::size_t part : line.parts) {
      sums.establishments -= cell(part, column).establishments;
      sums.jobs -= cell(part, column).jobs;
    }
    return sums;
  }
  bool has_jobs(const Family& line) const {
    return table_.rows[line.whole].has_jobs && (line.parts.empty() || table_.rows[line.parts.front()].has_jobs);
  }

  /// The row to hide a cell of, for the sake of a line: the smallest that is shown there. kNone if none is.
  std::size_t cheapest(const Family& line, std::size_t column) const {
    std::size_t best = kNone;
    const auto offer = [&](std::size_t row) {
      if (!shown(row, column) || always_shown(row)) return;
      if (best == kNone || cell(row, nation_).establishments < cell(best, nation_).establishments) best = row;
    };
    for (const std::size_t part : line.parts) offer(part);
    offer(line.whole);
    return best;
  }
  bool hide_for(const Family& line, std::size_t column) {
    const std::size_t row = cheapest(line, column);
    if (row == kNone) return false;
    column == nation_ ? hide_all(row) : hide(row, column, Why::secondary);
    return true;
  }

  /// Whether the sum of the hidden cells of a line may be known, as it is where the nation is shown.
  bool sum_is_safe(const Family& line, const std::vector<std::size_t>& hidden) const {
    Sums sum;
    for (const std::size_t r : hidden) sum += left(line, r);
    if (hidden.size() < 2 || sum.establishments == 0) return false;
    if (verdict(sum, has_jobs(line)) != Why::shown) return false;
    // Else a dominated cell among small ones would be known nearly.
    for (const std::size_t r : hidden) {
      if (!line.parts.empty() || hiding_[line.whole][r] != Why::dominance) continue;
      const Sums& own = cell(line.whole, r);
      if (sum.jobs - own.jobs < rules_.protection * own.jobs) return false;
      if (sum.establishments - own.establishments < rules_.protection * own.establishments) return false;
    }
    return true;
  }

  /// Hides one more cell where a line needs it.
  bool mend(const Family& line) {
    if (always_shown(line.whole)) return false;
    std::vector<std::size_t> hidden;
    for (std::size_t c = 0; c <= nation_; ++c) {
      const bool visible = hidden_parts(line, c) == 0;
      if (visible && verdict(left(line, c), has_jobs(line)) != Why::shown && hide_for(line, c)) return true;
      if (!visible && c != nation_) hidden.push_back(c);
    }
    if (hidden.empty() || hidden_parts(line, nation_) > 0) return false;
    if (!line.parts.empty() && is_empty(line, hidden)) return hide_pairwise(line, hidden);
    return !sum_is_safe(line, hidden) && hide_partner(line, hidden);
  }

  bool is_empty(const Family& line, const std::vector<std::size_t>& hidden) const {
    return std::all_of(hidden.begin(), hidden.end(), [&](auto r) { return left(line, r).establishments == 0; });
  }

  /// Nothing is left of the whole in the hidden cells, and that can be seen: then the one hidden member of a family
  /// follows from the others, so two must be hidden.
  bool hide_pairwise(const Family& line, const std::vector<std::size_t>& hidden) {
    for (const std::size_t r : hidden) {
      if (hidden_parts(line, r) == 1 && hide_for(line, r)) return true;
    }
    return false;
  }

  /// Hides the smallest cell that makes the sum of the hidden ones safe; if none does, the largest there is; if there
  /// is none, the nation.
  bool hide_partner(const Family& line, std::vector<std::size_t> hidden) {
    std::vector<std::size_t> partners;
    for (std::size_t r = 0; r < nation_; ++r) {
      if (hidden_parts(line, r) == 0 && left(line, r).establishments > 0 && cheapest(line, r) != kNone) {
        partners.push_back(r);
      }
    }
    if (partners.empty()) return hide_for(line, nation_);
    std::stable_sort(partners.begin(), partners.end(),
                     [&](auto a, auto b) { return left(line, a).establishments < left(line, b).establishments; });
    const auto enough = std::find_if(partners.begin(), partners.end(), [&](auto r) {
      hidden.push_back(r);
      const bool safe = sum_is_safe(line, hidden);
      hidden.pop_back();
      return safe;
    });
    return hide_for(line, enough == partners.end() ? partners.back() : *enough);
  }

  /// How wide the range of a hidden cell must be at least.
  double needed(std::size_t row, std::size_t r, double Sums::*measure) const {
    if (measure == &Sums::jobs) return std::max(1.0, rules_.protection * cell(row, r).jobs);
    return hiding_[row][r] == Why::follows ? 1 : minimum_ - 2;  // a small cell is told to be 1 to the minimum - 1
  }

  /// Hides one more cell for the first hidden one whose value can be deduced too well.
  void widen(double Sums::*measure, bool use_totals) {
    const auto ranges = deduced_ranges(table_, hiding_, rules_, measure, use_totals);
    for (std::size_t k = 0; k < table_.rows.size(); ++k) {
      if (measure == &Sums::jobs && !table_.rows[k].has_jobs) continue;
      for (std::size_t r = 0; r < nation_; ++r) {
        if (shown(k, r) || ranges[k][r].width() >= needed(k, r, measure)) continue;
        if (use_totals ? hide_in_row(k, r, measure) || hide_relative(k, r) || hide_nation(k) : hide_relative(k, r)) {
          return;
        }
      }
    }
  }

  bool hide_in_row(std::size_t row, std::size_t r, double Sums::*measure) {
    std::size_t best = kNone;
    const auto enough = [&](std::size_t c) {
      return cell(row, c).establishments >= 2 * minimum_ &&
             (measure != &Sums::jobs || cell(row, c).*measure >= needed(row, r, measure));
    };
    // Enough comes before not enough; the smallest of the former, the largest of the latter.
    const auto better = [&](std::size_t a, std::size_t b) {
      if (enough(a) != enough(b)) return enough(a);
      return enough(a) ? cell(row, a).establishments < cell(row, b).establishments
                       : cell(row, a).establishments > cell(row, b).establishments;
    };
    for (std::size_t c = 0; c < nation_; ++c) {
      if (!shown(row, c) || cell(row, c).establishments == 0) continue;
      if (best == kNone || better(c, best)) best = c;
    }
    if (best != kNone) hide(row, best, Why::secondary);
    return best != kNone;
  }

  /// Something it is part of, or a part of it.
  bool hide_relative(std::size_t row, std::size_t r) {
    for (const Family& family : table_.families) {
      const bool related =
          family.whole == row || std::find(family.parts.begin(), family.parts.end(), row) != family.parts.end();
      if (related && hide_for(family, r)) return true;
    }
    return false;
  }

  bool hide_nation(std::size_t row) {
    if (!shown(row, nation_)) return false;
    hide_all(row);
    return true;
  }

  const SumTable& table_;
  const DisclosureRules& rules_;
  double minimum_;
  std::size_t nation_;  // its column
  std::vector<Family> lines_;
  Hiding hiding_;
  bool changed_ = false;
};

}  // namespace

Hiding protect(const SumTable& table, const DisclosureRules& rules) { return Protection(table, rules).run(); }

}  // namespace dscore::disclosure
