#include "host/cli/cost_text.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

#include "host/cli/text.h"
#include "host/machine_speed.h"

namespace dscore::cli {
namespace {

/// Units in their order, longest first, each to the process that is idle first.
double together_s(const std::vector<double>& units, std::size_t processes) {
  std::priority_queue<double, std::vector<double>, std::greater<>> ends;
  for (std::size_t k = 0; k < processes; ++k) ends.push(0);
  double last = 0;
  for (const double unit : units) {
    const double end = ends.top() + unit;
    ends.pop();
    ends.push(end);
    last = std::max(last, end);
  }
  return last;
}

std::string time_text(double seconds) {
  if (seconds < 9.95) return decimals(seconds, 1) + " s";
  if (seconds < 600) return decimals(seconds, 0) + " s";
  return seconds < 7200 ? decimals(seconds / 60, 0) + " min" : decimals(seconds / 3600, 1) + " h";
}

}  // namespace

std::string cost_text(const Work& work, Shard shard, const Backend& backend, double read_s) {
  const double slow = slowness(backend);
  std::vector<double> units;
  double longest_s = -1;
  std::string longest;
  for (std::size_t unit = shard.index - 1; unit < work.units(); unit += shard.count) {
    units.push_back(slow * work.predicted_s(unit));
    if (units.back() <= longest_s) continue;
    longest_s = units.back();
    longest = work.name(unit);
  }
  if (units.empty()) return "units  0: there is nothing to be done\n";
  const double start_s = slow * work.predicted_start_s();
  std::sort(units.begin(), units.end(), std::greater<>());

  const bool on_cpu = backend.kind() == "cpu";
  std::string machine = backend.description();
  if (on_cpu)
    machine += ", takes " + decimals(slow, 2) + " times as long as the one that costs are known of (measured)";
  std::string text = aligned(
      {{"units", grouped(units.size()) + ", the longest " + time_text(longest_s) + ": " + longest},
       {"start", time_text(read_s + start_s) + " in each process, " + time_text(read_s) + " of it reading (measured)"},
       {"memory", decimals(work.predicted_bytes() / (1 << 30), 2) + " GiB in each process"},
       {"machine", machine}},
      2);
  std::vector<std::vector<std::string>> table = {{"processes"}, {"time"}};
  double before = 0;
  for (std::size_t processes = 1; processes <= units.size(); processes *= 2) {
    const double time_s = read_s + start_s + together_s(units, processes);
    if (processes > 1 && (shard.count > 1 || time_s > 0.95 * before)) break;  // no more to be gained
    table[0].push_back(std::to_string(processes));
    table[1].push_back(time_text(time_s));
    before = time_s;
  }
  return text + "\n" + aligned(table, 1) + "\nEach process with as many threads as this one. " +
         (on_cpu ? "Predicted: on the synthetic Netherlands within a factor of two."
                 : "Computed for an H100: nobody has measured it yet.") +
         "\n";
}

}  // namespace dscore::cli
