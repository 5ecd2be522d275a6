#include "host/cli/compare_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "host/cli/text.h"

namespace dscore::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

enum Statistic : std::size_t { kEstablishments, kMean, kMedian, kMax, kP90, kP95 };
enum Quantity : std::size_t { kJobs, kLq, kMeanD };

std::string with_sign(double value, int places) {
  std::string text = decimals(value, places);
  if (value > 0) text.insert(0, 1, '+');
  return text;
}
std::string percent(double fraction) { return is_missing(fraction) ? "-" : with_sign(100 * fraction, 1) + " %"; }
std::string count(double value) {
  return is_missing(value) ? "-" : grouped(static_cast<std::uint64_t>(std::llround(value)));
}

std::string value_text(double value, std::size_t statistic) {
  return statistic == kEstablishments ? count(value) : decimals(value, 4);
}

// Three statistics of every population, each as published, as computed, and the difference.
std::string national_table(const Comparison& comparison, const std::array<std::size_t, 3>& shown,
                           const std::array<const char*, 3>& names) {
  Rows rows{{"population"}};
  for (const char* name : names) {
    for (const std::string& cell : {std::string(name), std::string("here"), std::string("diff")}) {
      rows[0].push_back(cell);
    }
  }
  for (const auto& of : comparison.national) {
    std::vector<std::string>& row = rows.emplace_back(1, of.population);
    for (const std::size_t k : shown) {
      const Compared& pair = of.statistics.at(k);
      row.push_back(value_text(pair.published, k));
      row.push_back(value_text(pair.computed, k));
      row.push_back(percent(pair.relative()));
    }
  }
  return aligned(rows, 1);
}

std::string place(const RegionalComparison& of) {
  return of.region + (of.region_name.empty() ? "" : " " + of.region_name);
}

// How well the regions of each sector agree.
std::string sector_table(const Comparison& comparison) {
  Rows rows{{"population", "regions", "rank", "abs.dev", "dev", "LQ rank", "abs.dev", "jobs rank", "types", "more",
             "  farthest mean d"}};
  for (const auto& of : comparison.sectors) {
    const Agreement& d = of.quantities.at(kMeanD);
    const Agreement& lq = of.quantities.at(kLq);
    rows.push_back({of.population, std::to_string(d.regions), decimals(d.rank_correlation, 4),
                    decimals(d.mean_absolute_deviation, 4), with_sign(d.mean_deviation, 4),
                    decimals(lq.rank_correlation, 4), decimals(lq.mean_absolute_deviation, 4),
                    decimals(of.quantities.at(kJobs).rank_correlation, 4),
                    std::to_string(of.types_matched) + "/" + std::to_string(of.types_published),
                    std::to_string(of.types_more), "-"});
    if (d.regions == 0) continue;
    const RegionalComparison& far = comparison.regional.at(d.farthest);
    rows.back().back() = "  " + place(far) + " " + with_sign(far.quantities.at(kMeanD).difference(), 4);
  }
  // The last column stands to the left: all of one length, filled up on the right.
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.back().size());
  for (auto& row : rows) row.back().resize(width, ' ');
  return aligned(rows, 1);
}

std::string region_table(const Comparison& comparison) {
  Rows rows{{"population", "region", "mean d", "here", "diff", "LQ", "here", "diff", "jobs", "here", "diff"}};
  for (const auto& of : comparison.regional) {
    std::vector<std::string>& row = rows.emplace_back(std::vector<std::string>{of.population, place(of)});
    for (const std::size_t k : {kMeanD, kLq}) {
      const Compared& pair = of.quantities.at(k);
      row.push_back(decimals(pair.published, 4));
      row.push_back(decimals(pair.computed, 4));
      row.push_back(with_sign(pair.difference(), 4));
    }
    const Compared& jobs = of.quantities.at(kJobs);
    row.push_back(count(jobs.published));
    row.push_back(count(jobs.computed));
    row.push_back(percent(jobs.relative()));
  }
  return aligned(rows, 2);
}

std::string type_text(int type) { return type == 0 ? "none" : std::to_string(type); }

std::string types_text(const Comparison& comparison) {
  std::size_t published = 0;
  std::size_t matched = 0;
  std::size_t more = 0;
  for (const auto& of : comparison.sectors) {
    published += of.types_published;
    matched += of.types_matched;
    more += of.types_more;
  }
  std::string text = "Types of regions: " + std::to_string(matched) + " of " + std::to_string(published) +
                     " published ones matched; " + std::to_string(more) + " more regions have a type here.\n";
  Rows rows{{"population", "region", "published", "here"}};
  for (const auto& of : comparison.types) {
    if (of.published == of.computed || of.published == 0) continue;
    rows.push_back({of.population, of.region + (of.region_name.empty() ? "" : " " + of.region_name),
                    type_text(of.published), type_text(of.computed)});
  }
  return rows.size() > 1 ? text + aligned(rows, 2) : text;
}

void add_list(std::string& text, const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  text += what;
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? " " : ", ") + names[i];
  text += '\n';
}

std::string unmatched_text(const Unmatched& unmatched) {
  std::string text;
  add_list(text, "Published, but not here (populations):", unmatched.published_populations);
  add_list(text, "Here, but not published (populations):", unmatched.computed_populations);
  add_list(text, "Published, but not here (regions):", unmatched.published_regions);
  add_list(text, "Here, but not published (regions):", unmatched.computed_regions);
  return text.empty() ? "" : "\nNot compared\n" + text;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, bool regions) {
  std::string text = "National figures: as published, as computed here (1/km), and the difference\n";
  text += national_table(comparison, {kMean, kMedian, kMax}, {"mean", "median", "max"}) + '\n';
  text += national_table(comparison, {kEstablishments, kP90, kP95}, {"establ.", "P90", "P95"}) + '\n';
  text +=
      "Regions: rank correlation, mean absolute and mean deviation of mean d (1/km); of LQ; of jobs; types matched\n";
  text += sector_table(comparison) + '\n';
  if (regions) text += "Every region\n" + region_table(comparison) + '\n';
  return text + types_text(comparison) + unmatched_text(comparison.unmatched);
}

}  // namespace dscore::cli
