// dscore plan-cost: what a long call will take, before it is made.

#include <algorithm>
#include <array>

#include "host/cli/command.h"
#include "host/cli/program.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Reads the input and the plan, scores nothing and writes nothing: put it before the call that you are about to submit.

Examples:
  dscore plan-cost sweep population.h5 --plan plan.toml -o sweep.h5
  dscore plan-cost significance population.h5 -o significance.h5 --draws 9999
  dscore plan-cost run population.h5 -o results.h5 --method exact)";

int plan_cost(std::vector<std::string> call) {
  const std::array known{"sweep", "significance", "run"};
  if (std::find(known.begin(), known.end(), call.front()) == known.end()) {
    throw UsageError("plan-cost: \"" + call.front() +
                     "\" is no command whose cost can be predicted. Give a call of sweep, significance or run.");
  }
  call.insert(call.begin() + 1, "--plan-cost");
  return run_call(call);
}

std::function<int()> define(CLI::App& app) {
  app.prefix_command();  // what follows is for another command: not parsed, but for --help
  app.add_option("CALL", "The call of sweep, significance or run, as it will be made")->required()->type_name("");
  app.footer(kFooter);
  return [] {
    std::vector<std::string> call = program_arguments();
    call.erase(call.begin());  // plan-cost
    return plan_cost(std::move(call));
  };
}

}  // namespace

const Command kPlanCostCommand{"plan-cost", "Predict time and memory of a sweep, significance or run", define};

}  // namespace dscore::cli
