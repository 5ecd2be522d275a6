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
  if (seconds < 120) return decimals(seconds, 0) + " s";
  return seconds < 7200 ? decimals(seconds / 60, 0) + " min" : decimals(seconds / 3600, 1) + " h";
}

}  // namespace

std::string cost_text(const Work& work, const Backend& backend, double read_s) {
  const double slow = slowness(backend);
  std::vector<double> units;
  std::size_t longest = 0;
  for (std::size_t unit = 0; unit < work.units(); ++unit) {
    units.push_back(slow * work.predicted_s(unit));
    if (units[unit] > units[longest]) longest = unit;
  }
  const double longest_s = units[longest];
  const double start_s = slow * work.predicted_start_s();
  std::sort(units.begin(), units.end(), std::greater<>());

  std::string text =
      aligned(
          {{"units", grouped(units.size()) + ", the longest " + time_text(longest_s) + ": " + work.name(longest)},
           {"start",
            time_text(read_s + start_s) + " in each process, " + time_text(read_s) + " of it reading (measured)"},
           {"memory", decimals(work.predicted_bytes() / (1 << 30), 2) + " GiB in each process"},
           {"machine",
            backend.description() +
                (slow == 1 ? "" : ", " + decimals(slow, 2) + " of the time of the one that costs are of (measured)")}},
          2) +
      "\n";
  std::vector<std::vector<std::string>> table = {{"processes"}, {"time"}};
  double before = 0;
  for (std::size_t processes = 1; processes <= units.size(); processes *= 2) {
    const double time_s = read_s + start_s + together_s(units, processes);
    if (processes > 1 && time_s > 0.95 * before) break;  // no more to be gained
    table[0].push_back(std::to_string(processes));
    table[1].push_back(time_text(time_s));
    before = time_s;
  }
  return text + aligned(table, 1) +
         "\nEach process with as many threads as this one. Predicted, within a factor of two.\n";
}

}  // namespace dscore::cli
