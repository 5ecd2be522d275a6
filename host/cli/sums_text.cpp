#include "host/cli/sums_text.h"

#include <algorithm>
#include <cmath>

#include "host/cli/text.h"

namespace dscore::cli {
namespace {

std::string precision_of(const Settings& settings) {
  return std::string(name_of(sum_settings(settings).pairs.precision)) + " precision";
}

/// "checked on 1,024 locations: largest error 3.1e-10, rms 9e-11 (tolerance 1e-09)"
std::string errors(const SelfCheck& check, const Settings& settings) {
  if (check.targets == 0) return "not checked\n";
  return "checked on " + grouped(check.targets) + " locations: largest error " + rate(check.largest) + ", rms " +
         rate(check.rms) + " (tolerance " + decimal(settings.tolerance) + ")\n";
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
  if (sums.method == Method::p3m) text += "; cut-off " + kilometres(sums.cutoff_m) + " km";
  return text + "; " + errors(sums.check, settings);
}

std::string text_of(const Results& results, const Settings& settings) {
  std::string warnings;
  Chosen exact, mesh, tree;
  double nearest = INFINITY;
  double farthest = 0;
  for (std::size_t p = 0; p < results.sums.size(); ++p) {
    const SumReport& sums = results.sums[p];
    const std::string& name = results.input.populations[p].name;
    if (sums.fell_back) warnings += "warning: " + name + ": " + sums.why + "; exact sums were taken\n";
    Chosen& chosen = sums.method == Method::exact ? exact : sums.method == Method::p3m ? mesh : tree;
    chosen.add(name, sums.why);
    if (sums.method != Method::p3m) continue;
    nearest = std::min(nearest, sums.cutoff_m);
    farthest = std::max(farthest, sums.cutoff_m);
  }
  std::string text = warnings;
  if (mesh.populations > 0) {
    text += "p3m for " + mesh.text() + "; cut-off " + kilometres(nearest);
    if (kilometres(nearest) != kilometres(farthest)) text += " to " + kilometres(farthest);
    text += " km; ";
  }
  if (tree.populations > 0) text += "tree for " + tree.text() + "; ";
  if (mesh.populations + tree.populations > 0) text += errors(pooled_check(results.sums), settings);
  if (exact.populations > 0) text += "exact for " + exact.text() + "; " + precision_of(settings) + '\n';
  return text;
}

}  // namespace dscore::cli
