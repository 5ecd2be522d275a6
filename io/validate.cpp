#include "io/validate.h"

#include "io/layout.h"
#include "io/population_file.h"
#include "io/results_file.h"
#include "io/significance_file.h"
#include "io/sweep_file.h"

namespace dscore {

std::vector<std::string> problems(const std::string& path) {
  Problems found(path);
  try {
    const hdf5::File file = layout::open(path);
    const std::string format = layout::format_of(file);
    if (format == layout::kPopulation) detail::load_population(file, found);
    if (format == layout::kResults) detail::load_results(file, found);
    if (format == layout::kSignificance) detail::load_significance(file, found);
    if (format == layout::kSweep) detail::load_sweep(file, found);
  } catch (const Error& error) {
    found.add(error);
  }
  return found.list();
}

}  // namespace dscore
