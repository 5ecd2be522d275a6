#include "host/cli/sums_text.h"

#include <algorithm>
#include <cmath>

#include "host/cli/text.h"

namespace dscore::cli {
namespace {

std::string precision_of(const Settings& settings) {
  return std::string(name_of(sum_settings(settings).pairs.precision)) + " precision";
}

/// "largest error 3.1e-10, rms 9e-11 (tolerance 1e-09)"
std::string errors(double largest, double rms, const Settings& settings) {
  return "largest error " + rate(largest) + ", rms " + rate(rms) + " (tolerance " + decimal(settings.tolerance) + ")";
}

/// Populations that one method summed, and why the first of them.
struct Chosen {
  std::size_t populations = 0;
  std::string first, why;
  void add(const std::string& name, const std::string& reason) {
    if (populations++ > 0) return;
    first = name;
    why = reason;
  }
  std::string text() const {
    return std::to_string(populations) + (populations == 1 ? " population (" : " populations (") + first + ": " + why +
           ")";
  }
};

std::string kilometres(double metres) { return decimals(metres / 1000, 1); }

}  // namespace

std::string text_of(const SumReport& sums, const Settings& settings) {
  std::string text = std::string(name_of(sums.method)) + ": " + sums.why;
  if (sums.method == Method::exact) return text + "; " + precision_of(settings) + '\n';
  text += "; cut-off " + kilometres(sums.cutoff_m) + " km; ";
  if (sums.check.targets == 0) return text + "not checked\n";
  return text + "checked on " + grouped(sums.check.targets) +
         " locations: " + errors(sums.check.largest, sums.check.rms, settings) + '\n';
}

std::string text_of(const Results& results, const Settings& settings) {
  std::string warnings;
  Chosen of[2];  // exact, fast
  std::uint64_t checked = 0;
  double nearest = INFINITY;
  double farthest = 0;
  double largest = 0;
  double squares = 0;
  for (std::size_t p = 0; p < results.sums.size(); ++p) {
    const SumReport& sums = results.sums[p];
    const std::string& name = results.input.populations[p].name;
    if (sums.fell_back) warnings += "warning: " + name + ": " + sums.why + "; exact sums were taken\n";
    const bool fast = sums.method != Method::exact;
    of[fast].add(name, sums.why);
    if (!fast) continue;
    nearest = std::min(nearest, sums.cutoff_m);
    farthest = std::max(farthest, sums.cutoff_m);
    checked += sums.check.targets;
    largest = std::max(largest, sums.check.largest);
    squares += static_cast<double>(sums.check.targets) * sums.check.rms * sums.check.rms;
  }
  std::string text = warnings;
  if (of[1].populations > 0) {
    text += "p3m for " + of[1].text() + "; cut-off " + kilometres(nearest);
    if (kilometres(nearest) != kilometres(farthest)) text += " to " + kilometres(farthest);
    text += " km; ";
    text += checked == 0 ? "not checked\n"
                         : "checked on " + grouped(checked) + " locations: " +
                               errors(largest, std::sqrt(squares / static_cast<double>(checked)), settings) + '\n';
  }
  if (of[0].populations > 0) text += "exact for " + of[0].text() + "; " + precision_of(settings) + '\n';
  return text;
}

}  // namespace dscore::cli
